package org.smtpgate.sasl;

/** The kinds of {@link Credentials} and {@link ClientCredentials}: what mechanisms carry, and backends accept. */
public enum CredentialKind {
    PASSWORD,
    TOKEN,
    /** The answer to a challenge that is made with the password: CRAM-MD5. */
    DIGEST,
    /** What the transport has proven: a TLS client certificate. */
    EXTERNAL
}
