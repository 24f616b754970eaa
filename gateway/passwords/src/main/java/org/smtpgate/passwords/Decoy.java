package org.smtpgate.passwords;

import java.util.Optional;

/**
 * What is checked in place of an unknown user's hash: one of the kind that most users have, so that time does not tell who
 * exists. Bounded; safe for any thread.
 */
public final class Decoy {
    private final MostSeen<StoredHash> seen;

    /** @param first what is checked until the first user is seen */
    public Decoy(Optional<StoredHash> first) {
        this.seen = new MostSeen<>(StoredHash::kind, first.orElse(null));
    }

    /** Counts a user's hash. */
    public void saw(StoredHash own) {
        seen.saw(own);
    }

    public Optional<StoredHash> hash() {
        return Optional.ofNullable(seen.usual());
    }
}
