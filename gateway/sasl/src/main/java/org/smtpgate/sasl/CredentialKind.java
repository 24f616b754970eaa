package org.smtpgate.sasl;

/** The kinds of {@link Credentials} that mechanisms present and backends accept. */
public enum CredentialKind {
    PASSWORD,
    TOKEN,
    EXTERNAL
}
