/** The SASL mechanisms (RFC 4422) as pure exchanges of bytes: no IO, no threads, nothing of SMTP. */
package org.smtpgate.sasl;
