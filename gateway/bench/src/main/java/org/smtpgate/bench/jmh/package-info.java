/** The protocol without IO, measured by JMH: time and allocation of what the gateway does for each command and message. */
package org.smtpgate.bench.jmh;
