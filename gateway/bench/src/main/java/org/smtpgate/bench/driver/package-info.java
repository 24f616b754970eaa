/** The clients of a measurement: sessions by the thousand on one event loop, with their times and what became of each message. */
package org.smtpgate.bench.driver;
