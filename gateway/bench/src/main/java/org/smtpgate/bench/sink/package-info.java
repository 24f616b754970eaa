/** The server behind the proxies under test: takes mail, checks it, and keeps a record of what came. */
package org.smtpgate.bench.sink;
