/** Authentication by the auth socket of Dovecot. */
package org.smtpgate.auth.dovecot;
