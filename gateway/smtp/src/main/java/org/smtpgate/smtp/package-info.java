/** The words of SMTP (RFC 5321): commands, replies, paths and limits, as values. */
package org.smtpgate.smtp;
