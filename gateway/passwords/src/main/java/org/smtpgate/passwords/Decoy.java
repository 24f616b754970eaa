package org.smtpgate.passwords;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is checked in place of an unknown user's hash: one of the kind that most users have, so that time does not tell who
 * exists. Bounded; safe for any thread.
 */
public final class Decoy {
    private static final int MAX_KINDS = 16;

    private final Map<String, Long> counts = new HashMap<>();
    private StoredHash hash;
    private long most;

    /** @param first what is checked until the first user is seen */
    public Decoy(Optional<StoredHash> first) {
        this.hash = first.orElse(null);
    }

    /** Counts a user's hash. */
    public synchronized void saw(StoredHash own) {
        String kind = own.kind();
        if (counts.size() >= MAX_KINDS && !counts.containsKey(kind)) {
            return;
        }
        long count = counts.merge(kind, 1L, Long::sum);
        if (count > most) {
            most = count;
            hash = own;
        }
    }

    public synchronized Optional<StoredHash> hash() {
        return Optional.ofNullable(hash);
    }
}
