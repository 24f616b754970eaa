package org.smtpgate.bench.driver;

/** When a session encrypts. */
enum Tls {
    NONE,
    IMPLICIT,
    STARTTLS
}
