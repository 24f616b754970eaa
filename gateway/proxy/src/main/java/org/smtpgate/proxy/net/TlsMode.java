package org.smtpgate.proxy.net;

/** When a connection is encrypted. */
public enum TlsMode {
    /** Never. */
    NONE,
    /** After STARTTLS (RFC 3207). */
    STARTTLS,
    /** From the first byte (RFC 8314). */
    IMPLICIT
}
