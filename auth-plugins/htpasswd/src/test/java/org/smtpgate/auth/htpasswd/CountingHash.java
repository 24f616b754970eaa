package org.smtpgate.auth.htpasswd;

import java.util.concurrent.atomic.AtomicLong;
import org.smtpgate.passwords.StoredHash;

/** A hash that counts how often it is checked. */
record CountingHash(StoredHash hash, AtomicLong checks) implements StoredHash {

    @Override
    public String kind() {
        return hash.kind();
    }

    @Override
    public boolean matches(byte[] password) {
        checks.incrementAndGet();
        return hash.matches(password);
    }
}
