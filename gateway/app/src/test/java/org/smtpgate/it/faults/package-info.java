/** A run of many messages through the gateway to a real server over connections that break, and the books of it. */
package org.smtpgate.it.faults;
