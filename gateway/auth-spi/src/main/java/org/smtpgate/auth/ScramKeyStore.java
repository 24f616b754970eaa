package org.smtpgate.auth;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.util.Optional;

/** A backend that holds SCRAM keys of its users: with one, SCRAM is offered. Called on an event loop, as {@link AuthBackend}. */
public interface ScramKeyStore {

    /** A user and the keys to check its proof with. */
    record Entry(User user, ScramKeys keys) {}

    /**
     * The user's keys.
     *
     * @param hash the mechanism's hash, {@code SHA-1} or {@code SHA-256}
     * @return empty for an unknown user, or one without keys for this hash; fails when the store cannot tell
     */
    Future<Optional<Entry>> scramKeys(String hash, String username, Origin origin);
}
