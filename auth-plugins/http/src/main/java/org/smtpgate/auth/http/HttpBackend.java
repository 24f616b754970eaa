package org.smtpgate.auth.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.DeferredLoginException;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.RefusedLoginException;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.auth.Turns;
import org.smtpgate.sasl.CredentialKind;

/** Has an HTTP service judge logins. */
final class HttpBackend implements AuthBackend {
    /** What one login may take in all, waits that the service asks for included: below the gateway's own half minute. */
    private static final Duration BUDGET = Duration.ofSeconds(25);

    /** A service that says "ask again" at once, each time, is not asked in circles. */
    private static final Duration LEAST_WAIT = Duration.ofMillis(200);

    private final Vertx vertx;
    private final Set<CredentialKind> accepted;
    private final Exchange exchange;
    private final Services services;
    private final Turns turns;
    private final Duration timeout;
    private volatile boolean closed;

    /** @param timeout how long one question may take */
    HttpBackend(
            Vertx vertx,
            Set<CredentialKind> accepted,
            Exchange exchange,
            Services services,
            Turns turns,
            Duration timeout) {
        this.vertx = vertx;
        this.accepted = Set.copyOf(accepted);
        this.exchange = exchange;
        this.services = services;
        this.turns = turns;
        this.timeout = timeout;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return accepted;
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (!(credentials instanceof SubmittedCredentials submitted) || !accepted.contains(kind(submitted))) {
            return Future.failedFuture(new IllegalArgumentException("http judges " + accepted + " only"));
        }
        if (closed) {
            return Future.failedFuture(new IllegalStateException("closed"));
        }
        boolean empty = submitted instanceof SubmittedPassword password
                && password.getPassword().isEmpty();
        if (empty || !texts(submitted).allMatch(Escape::encodable) || !exchange.sayable(submitted)) {
            return Future.failedFuture(new InvalidCredentialsException());
        }
        return new Question(submitted).verdict();
    }

    private static CredentialKind kind(SubmittedCredentials credentials) {
        if (credentials instanceof SubmittedPassword) {
            return CredentialKind.PASSWORD;
        }
        if (credentials instanceof SubmittedToken) {
            return CredentialKind.TOKEN;
        }
        return credentials instanceof SubmittedCertificate ? CredentialKind.EXTERNAL : CredentialKind.DIGEST;
    }

    private static Stream<String> texts(SubmittedCredentials credentials) {
        String secret = "";
        if (credentials instanceof SubmittedPassword password) {
            secret = password.getPassword();
        } else if (credentials instanceof SubmittedToken token) {
            secret = token.getToken();
        } else if (credentials instanceof SubmittedDigest digest) {
            secret = digest.digest();
        }
        return Stream.of(credentials.username(), credentials.authorizationId(), secret);
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return exchange.close();
    }

    /** One login, however often it has to be asked about. */
    private final class Question {
        private final SubmittedCredentials credentials;
        private final long began = System.nanoTime();

        Question(SubmittedCredentials credentials) {
            this.credentials = credentials;
        }

        Future<User> verdict() {
            return turns.run(least(timeout, left()), () -> ask(services.preferred(), 0))
                    .compose(this::follow);
        }

        private Future<Verdict> ask(int first, int turn) {
            Duration left = left();
            if (left.isZero() || closed) {
                return Future.failedFuture(new IllegalStateException("no answer in time"));
            }
            ServiceUrl url = services.get(first, turn);
            return exchange.ask(url, credentials, least(timeout, left)).recover(failure -> {
                if (failure instanceof NoAnswerException) {
                    services.failed(first, turn);
                    if (turn + 1 < services.count()) {
                        return ask(first, turn + 1);
                    }
                }
                return Future.failedFuture(new IllegalStateException(url + ": " + failure.getMessage()));
            });
        }

        private Future<User> follow(Verdict verdict) {
            if (verdict instanceof Verdict.Accepted accepted) {
                return Future.succeededFuture(accepted.user());
            }
            if (verdict instanceof Verdict.Again again) {
                Duration wait = again.delay().compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : again.delay();
                return wait.compareTo(left()) < 0
                        ? after(wait).compose(then -> verdict())
                        : Future.failedFuture(new IllegalStateException("it is to be asked again too late"));
            }
            if (verdict instanceof Verdict.Refused refused) {
                return after(least(refused.delay(), left())).compose(then -> Future.failedFuture(failure(refused)));
            }
            return Future.failedFuture(new IllegalStateException(((Verdict.Senseless) verdict).reason()));
        }

        private Duration left() {
            Duration left = BUDGET.minusNanos(System.nanoTime() - began);
            // Less than a timer can measure is nothing.
            return left.toMillis() < 1 ? Duration.ZERO : left;
        }
    }

    private Future<Void> after(Duration wait) {
        if (wait.toMillis() < 1) {
            return Future.succeededFuture();
        }
        Promise<Void> due = Promise.promise();
        vertx.setTimer(wait.toMillis(), timer -> due.complete());
        return due.future();
    }

    private static Throwable failure(Verdict.Refused refused) {
        if (refused.reply() == null) {
            return new InvalidCredentialsException();
        }
        return refused.reply().temporary()
                ? new DeferredLoginException(refused.reply())
                : new RefusedLoginException(refused.reply());
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
