package org.smtpgate.proxy.authn;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.smtpgate.proxy.guessing.Bucket;
import org.smtpgate.proxy.guessing.Guesses;

/**
 * Lets one client's logins pass to the backends, unless too many have failed before. Confined to the session's event loop,
 * wherever failures are counted.
 */
final class Doorkeeper {
    private final Context context = Vertx.currentContext();
    private final Guesses guesses;
    private final String address;

    /** @param address the client's IP address */
    Doorkeeper(Guesses guesses, String address) {
        this.guesses = guesses;
        this.address = address;
    }

    /**
     * The answer of the backends, or a refusal without asking them; fails with what they fail with.
     *
     * @param login as presented; may be empty
     */
    Future<AuthOutcome> admit(String login, Supplier<Future<AuthOutcome>> backends) {
        Future<Optional<Bucket.Kind>> refusing = here(guesses.refuses(address, login));
        return refusing.compose(bucket ->
                bucket.isPresent() ? Future.succeededFuture(new AuthOutcome.Refused(bucket.get())) : backends.get());
    }

    /** Counts a failure; when it may be answered, from when the credentials came. */
    Future<Duration> failed(String login) {
        return here(guesses.failed(address, login));
    }

    void proven(String login) {
        guesses.proven(address, login);
    }

    private <T> Future<T> here(Future<T> answer) {
        if (answer.isComplete()) {
            return answer;
        }
        Promise<T> here = Promise.promise();
        answer.onComplete((value, failure) -> context.runOnContext(turn -> here.complete(value, failure)));
        return here.future();
    }
}
