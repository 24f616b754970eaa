package org.smtpgate.sasl;

/** The kinds of {@link Credentials} and {@link ClientCredentials}: what mechanisms carry, and backends accept. */
public enum CredentialKind {
    PASSWORD,
    TOKEN,
    EXTERNAL
}
