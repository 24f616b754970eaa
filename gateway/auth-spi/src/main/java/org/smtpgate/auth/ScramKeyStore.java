package org.smtpgate.auth;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.sasl.ScramKeys;

/** A backend that holds SCRAM keys of its users: with one, SCRAM is offered. Called on an event loop, as {@link AuthBackend}. */
public interface ScramKeyStore {

    /** A user and the keys to check its proof with. */
    record Entry(User user, ScramKeys keys) {}

    /**
     * The hashes that users have keys for now, {@code SHA-1} and {@code SHA-256}: SCRAM is offered with these. A client that
     * sees it takes it, so a store in which nobody has keys, or few have, says so by leaving the hash out.
     */
    default Set<String> scramHashes() {
        return Set.of("SHA-1", "SHA-256");
    }

    /** How many iterations most of its keys have: an unknown user seems to have as many. */
    default int usualIterations() {
        return ScramKeys.MIN_ITERATIONS;
    }

    /**
     * The user's keys.
     *
     * @param hash the mechanism's hash, {@code SHA-1} or {@code SHA-256}
     * @return empty for an unknown user, or one without keys for this hash; fails when the store cannot tell
     */
    Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin);
}
