package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.sasl.ScramDecoys;
import org.smtpgate.sasl.ScramKeys;

/** The walk through the backends for one user's SCRAM keys: the first that knows the user has the right ones. */
final class KeySearch {
    /** Of the process, not of a listener: an unknown user has the same salt at each, as a known one does. */
    private static final ScramDecoys DECOYS = decoys();

    private final Origin origin;
    private final String hash;
    private final String username;
    private final int usualIterations;
    private final Walk walk;
    private User found;

    /** @param stores those that hold keys for this hash, at least one */
    KeySearch(LoginRules rules, List<GuardedBackend> stores, String hash, String username, Origin origin) {
        this.origin = origin;
        this.hash = hash;
        this.username = username;
        this.usualIterations = store(stores.get(0)).usualIterations();
        this.walk = new Walk(rules.meters(), stores, username);
    }

    private static ScramDecoys decoys() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new ScramDecoys(secret);
    }

    String username() {
        return username;
    }

    /** The name of the backend that was asked last. */
    String asked() {
        return walk.asked();
    }

    /** Asks no further backend; the one that is thinking is not waited for. */
    void abandon() {
        walk.abandon();
    }

    /** Whose keys were found; null if they were made up. */
    User found() {
        return found;
    }

    /** The user's keys, or made up ones for an unknown user; fails when a store could not tell. */
    Future<ScramKeys> keys() {
        GuardedBackend next = walk.next();
        if (next == null) {
            return Future.succeededFuture(DECOYS.keys(hash, username, usualIterations));
        }
        Future<Optional<ScramKeyStore.Entry>> answer =
                walk.ask(next, () -> next.guard(() -> store(next).scramKeys(hash, username, origin)));
        return answer.compose(entry -> entry.isPresent() ? take(entry.get()) : keys());
    }

    private Future<ScramKeys> take(ScramKeyStore.Entry entry) {
        found = entry.user();
        return Future.succeededFuture(entry.keys());
    }

    private static ScramKeyStore store(GuardedBackend named) {
        return (ScramKeyStore) named.unguarded();
    }
}
