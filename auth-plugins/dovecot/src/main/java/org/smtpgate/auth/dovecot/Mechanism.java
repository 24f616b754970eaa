package org.smtpgate.auth.dovecot;

import java.util.Set;
import java.util.regex.Pattern;

/** A SASL mechanism as the server listed it, with the flags that say what it is like. */
record Mechanism(String name, Set<String> flags) {
    /** RFC 4422 section 3.1. */
    private static final Pattern NAME = Pattern.compile("[A-Z0-9_-]{1,20}");

    /** They show a secret, or rely on one of TLS, whatever the flags say. */
    private static final Set<String> SHOWING = Set.of("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER", "EXTERNAL");

    Mechanism {
        flags = Set.copyOf(flags);
    }

    /** Whether a mail client can log in with it at all. */
    boolean forClients() {
        return NAME.matcher(name).matches()
                && !flags.contains("private")
                && !flags.contains("anonymous")
                && !name.equals("ANONYMOUS")
                // The TLS connection that it would be bound to ends here.
                && !flags.contains("channel-binding")
                && !name.endsWith("-PLUS");
    }

    /** Whether who listens in learns a secret. */
    boolean needsEncryption() {
        return flags.contains("plaintext") || SHOWING.contains(name);
    }
}
