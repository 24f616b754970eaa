package org.smtpgate.passwords;

import org.smtpgate.auth.PasswordHasher;

/** Makes {@code {SCRAM-SHA-1}} entries: with them a server can offer SCRAM-SHA-1, and PLAIN as well. */
public final class ScramSha1Hasher implements PasswordHasher {
    private final int iterations;

    public ScramSha1Hasher() {
        this(Scram.NEW_ITERATIONS);
    }

    ScramSha1Hasher(int iterations) {
        this.iterations = iterations;
    }

    @Override
    public String scheme() {
        return "scram-sha-1";
    }

    @Override
    public String hash(String password) {
        return Scram.newEntry("SHA-1", password, iterations);
    }
}
