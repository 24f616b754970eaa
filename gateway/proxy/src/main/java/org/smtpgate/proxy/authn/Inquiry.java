package org.smtpgate.proxy.authn;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import java.util.Collections;
import java.util.Iterator;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.proxy.metrics.AuthMeters;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.sasl.Credentials;

/** The walk through the backends with one client's password. Stays on its event loop, wherever a backend answers. */
final class Inquiry {
    private final Context context = Vertx.currentContext();
    private final AuthMeters meters;
    private final String mechanism;
    private final Credentials.Password password;
    private final Origin origin;

    private Iterator<NamedBackend> remaining;
    private String asked = AuthMeters.NO_BACKEND;

    Inquiry(LoginRules rules, String mechanism, Credentials.Password password, Origin origin) {
        this.meters = rules.meters();
        this.mechanism = mechanism;
        this.password = password;
        this.origin = origin;
        this.remaining = rules.backends().stream()
                .filter(named -> named.backend().accepts().contains(CredentialKind.PASSWORD))
                .iterator();
    }

    /** The login that was presented. */
    String login() {
        return password.username();
    }

    Credentials presented() {
        return password;
    }

    /** The name of the backend that was asked last. */
    String asked() {
        return asked;
    }

    /** Asks until one backend knows. Never fails; completes in a later turn of the event loop, or at once. */
    Future<AuthOutcome> verdict() {
        // LDAP servers take an empty password for an anonymous bind and call that a success (RFC 4513 section 5.1.2).
        return password.password().isEmpty()
                ? Future.succeededFuture(new AuthOutcome.Rejected())
                : askNext().otherwise(this::unavailable);
    }

    /** Asks no further backend; the one that is thinking is not waited for. */
    void abandon() {
        remaining = Collections.emptyIterator();
    }

    private Future<AuthOutcome> askNext() {
        if (!remaining.hasNext()) {
            return Future.succeededFuture(new AuthOutcome.Rejected());
        }
        NamedBackend next = remaining.next();
        asked = next.name();
        Promise<User> here = Promise.promise();
        meters.asked(next.name());
        ask(next.backend()).onComplete((user, failure) -> {
            meters.answered(next.name());
            context.runOnContext(turn -> here.complete(user, failure));
        });
        return here.future().transform((user, failure) -> failure == null ? accepted(user) : refused(failure));
    }

    private Future<User> ask(AuthBackend backend) {
        SubmittedPassword submitted =
                new SubmittedPassword(password.authorizationId(), password.username(), password.password(), origin);
        try {
            Future<User> answer = backend.authenticate(submitted);
            return answer != null ? answer : Future.failedFuture("the backend returned no future");
        } catch (RuntimeException | LinkageError thrown) {
            // Thrown, not failed, breaks the contract: then not even "invalid credentials" is believed.
            return Future.failedFuture(new IllegalStateException(thrown));
        }
    }

    private Future<AuthOutcome> refused(Throwable failure) {
        return failure instanceof InvalidCredentialsException
                ? askNext()
                : Future.succeededFuture(unavailable(failure));
    }

    private Future<AuthOutcome> accepted(User user) {
        if (user == null) {
            return Future.succeededFuture(new AuthOutcome.Unavailable("the backend accepted without a user"));
        }
        String login = user.subject() != null ? user.subject() : password.username();
        return Future.succeededFuture(
                mayActAs(login)
                        ? new AuthOutcome.Accepted(new Identity(login, mechanism, asked, Attributes.of(user)))
                        : new AuthOutcome.Rejected());
    }

    /** A backend that lets a user act as another one says so by making that one the subject. */
    private boolean mayActAs(String login) {
        String wanted = password.authorizationId();
        return wanted.isEmpty() || wanted.equals(login) || wanted.equals(password.username());
    }

    private AuthOutcome unavailable(Throwable failure) {
        String words = failure.toString();
        // A client library may quote what it was given: then its words are not repeated.
        return new AuthOutcome.Unavailable(
                words.contains(password.password())
                        ? failure.getClass().getName()
                        : words.replaceAll("\\p{Cntrl}+", " "));
    }
}
