/** The messages of a run: each has a number and a checksum, so that the sink's record can show what became of it. */
package org.smtpgate.bench.message;
