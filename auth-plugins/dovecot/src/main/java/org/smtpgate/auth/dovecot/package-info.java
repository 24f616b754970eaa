/** The {@code dovecot} plugin: the client of Dovecot's auth protocol, version 1, any SASL mechanism of it passed through. */
package org.smtpgate.auth.dovecot;
