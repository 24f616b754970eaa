package org.smtpgate.auth;

import java.security.cert.X509Certificate;

/**
 * The encryption of a client's connection.
 *
 * @param protocol such as {@code TLSv1.3}
 * @param cipher the cipher suite, by its registered name
 * @param certificate what the client showed and the listener's authorities have signed; null where it showed none
 */
public record Tls(String protocol, String cipher, X509Certificate certificate) {}
