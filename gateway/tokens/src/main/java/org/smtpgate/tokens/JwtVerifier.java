package org.smtpgate.tokens;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.auth.WorkQueue;

/**
 * Verifies JWTs by the keys that their issuer publishes (RFC 7517, RFC 8725). A token that names a key that is not known
 * has the keys fetched again, as often as {@link Published.Times} lets it. Safe for any thread; tokens are read and
 * signatures checked on workers.
 */
public final class JwtVerifier {
    /** All that have a public key and need no further library; what has none (HS256, none) is never allowed. */
    public static final Set<JWSAlgorithm> ALGORITHMS = algorithms();

    private final Set<JWSAlgorithm> allowed;
    private final Published<PublishedKeys> keys;
    private final WorkQueue workers;

    /**
     * @param allowed some of {@link #ALGORITHMS}
     * @param keySet asks the server for its key set
     */
    public JwtVerifier(
            Vertx vertx,
            Set<JWSAlgorithm> allowed,
            Published.Times times,
            LongSupplier nanoTime,
            Supplier<Future<JsonAnswer>> keySet) {
        if (!ALGORITHMS.containsAll(allowed)) {
            throw new IllegalArgumentException("not every algorithm of " + allowed + " has a public key");
        }
        this.allowed = Set.copyOf(allowed);
        this.keys = new Published<>(
                "the key set", times, nanoTime, () -> keySet.get().map(PublishedKeys::of));
        this.workers =
                new WorkQueue(vertx, "smtpgate-signatures", WorkQueue.CORES, WorkQueue.LIMIT, WorkQueue.PATIENCE);
    }

    /** The algorithm of this name, if it may be allowed. */
    public static Optional<JWSAlgorithm> algorithm(String name) {
        return ALGORITHMS.stream().filter(known -> known.getName().equals(name)).findFirst();
    }

    /**
     * Verifies one.
     *
     * @param rules what it must say; throw {@link RefusedTokenException}. They are asked first, so that a stranger's tokens
     *     cost neither a signature nor a question
     * @return what it says; fails with a {@link RefusedTokenException}, or when that cannot be told
     */
    public Future<Claims> verify(String token, Consumer<Claims> rules) {
        return read(token, rules)
                .compose(read -> candidates(read)
                        .compose(candidates -> workers.run(() -> read.isSignedByOneOf(candidates)))
                        .map(signed -> verified(read, signed)));
    }

    /** Reads a token that nobody verifies here; fails as {@link #verify} does. */
    public Future<SignedToken> read(String token, Consumer<Claims> rules) {
        return workers.run(() -> {
            SignedToken read = SignedToken.read(token, allowed);
            rules.accept(read.unverified());
            return read;
        });
    }

    /** What is under way is answered. */
    public Future<Void> close() {
        return workers.close();
    }

    private Future<List<JWK>> candidates(SignedToken token) {
        return keys.get().compose(known -> {
            List<JWK> found = known.candidates(token.header());
            return found.isEmpty()
                    ? keys.newerThan(known)
                            .recover(JwtVerifier::ofThisToken)
                            .map(newer -> newer.candidates(token.header()))
                    : Future.succeededFuture(found);
        });
    }

    /** Anybody can name a key that nobody knows; those whose keys are known still get in while the server is down. */
    private static <T> Future<T> ofThisToken(Throwable failure) {
        return Future.failedFuture(new UndecidableLoginException(failure.getMessage()));
    }

    private static Claims verified(SignedToken token, boolean signed) {
        if (!signed) {
            throw new RefusedTokenException(Refusal.SIGNATURE, "no published key has signed it");
        }
        return token.unverified();
    }

    private static Set<JWSAlgorithm> algorithms() {
        Set<JWSAlgorithm> algorithms = new LinkedHashSet<>(JWSAlgorithm.Family.RSA);
        algorithms.addAll(List.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512));
        return Set.copyOf(algorithms);
    }
}
