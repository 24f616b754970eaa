package org.smtpgate.passwords;

import org.smtpgate.auth.PasswordHasher;

/** Makes {@code {SCRAM-SHA-256}} entries: with them a server can offer SCRAM-SHA-256, and PLAIN as well. */
public final class ScramSha256Hasher implements PasswordHasher {
    private final int iterations;

    public ScramSha256Hasher() {
        this(Scram.NEW_ITERATIONS);
    }

    ScramSha256Hasher(int iterations) {
        this.iterations = iterations;
    }

    @Override
    public String scheme() {
        return "scram-sha-256";
    }

    @Override
    public String hash(String password) {
        return Scram.newEntry("SHA-256", password, iterations);
    }
}
