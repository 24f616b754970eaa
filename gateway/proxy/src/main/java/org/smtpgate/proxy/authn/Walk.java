package org.smtpgate.proxy.authn;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.smtpgate.auth.DeferredLoginException;
import org.smtpgate.auth.RefusalReply;
import org.smtpgate.proxy.metrics.AuthMeters;

/** The walk through backends, one after another. Stays on its event loop, wherever a backend answers. */
final class Walk {
    private final Context context = Vertx.currentContext();
    private final AuthMeters meters;

    private Iterator<GuardedBackend> remaining;
    private String asked = AuthMeters.NO_BACKEND;

    /** @param login whose backends are asked; empty when it is not known, which leaves out none */
    Walk(AuthMeters meters, List<GuardedBackend> backends, String login) {
        this.meters = meters;
        this.remaining =
                backends.stream().filter(backend -> backend.serves(login)).iterator();
    }

    /** The name of the backend that was asked last. */
    String asked() {
        return asked;
    }

    /** Goes no further; the backend that is thinking is not waited for. */
    void abandon() {
        remaining = Collections.emptyIterator();
    }

    /** The next backend; null behind the last. */
    GuardedBackend next() {
        return remaining.hasNext() ? remaining.next() : null;
    }

    /** Asks a backend; what it throws fails the future like what it fails with, but is never taken for an answer. */
    <T> Future<T> ask(GuardedBackend backend, Supplier<Future<T>> question) {
        asked = backend.name();
        Promise<T> here = Promise.promise();
        meters.asked(backend.name());
        put(question).onComplete((answer, failure) -> {
            meters.answered(backend.name());
            context.runOnContext(turn -> here.complete(answer, failure));
        });
        return here.future();
    }

    /** A question whose answer always comes by its future. */
    static <T> Future<T> put(Supplier<Future<T>> question) {
        try {
            Future<T> answer = question.get();
            return answer != null ? answer : Future.failedFuture("the backend returned no future");
        } catch (RuntimeException | LinkageError thrown) {
            // Thrown, not failed, breaks the contract: then not even "invalid credentials" is believed.
            return Future.failedFuture(new IllegalStateException(thrown));
        }
    }

    /** Why a backend could not tell; a client library may quote what it was given: then its words are not repeated. */
    static AuthOutcome.Unavailable unavailable(Throwable failure, String... secrets) {
        RefusalReply reply = failure instanceof DeferredLoginException said ? said.reply() : null;
        String words = failure.toString();
        for (String secret : secrets) {
            if (!secret.isEmpty() && words.contains(secret)) {
                return new AuthOutcome.Unavailable(failure.getClass().getName(), reply);
            }
        }
        return new AuthOutcome.Unavailable(words.replaceAll("\\p{Cntrl}+", " "), reply);
    }
}
