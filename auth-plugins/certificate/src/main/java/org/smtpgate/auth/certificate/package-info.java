/** Authentication by TLS client certificates. */
package org.smtpgate.auth.certificate;
