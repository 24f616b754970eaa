package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.util.List;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.RefusalReply;
import org.smtpgate.auth.RefusedLoginException;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.sasl.Credentials;

/** The walk through the backends with what one client presented. */
final class Inquiry {
    private final Credentials credentials;
    private final Visit visit;
    private final Walk walk;
    private final Acceptance acceptance;
    /** In what words the last backend refused; null for none. */
    private RefusalReply reply;
    /** Whether it is the session's own judge who is thinking. */
    private boolean judging;

    /** @param backends those that accept this kind of credentials */
    Inquiry(LoginRules rules, List<GuardedBackend> backends, String mechanism, Credentials credentials, Visit visit) {
        this.credentials = credentials;
        this.visit = visit;
        this.walk = new Walk(rules.meters(), backends, credentials.username());
        this.acceptance = new Acceptance(mechanism, credentials.username(), credentials.authorizationId());
    }

    Credentials presented() {
        return credentials;
    }

    /** The name of the backend that was asked last. */
    String asked() {
        return walk.asked();
    }

    /** Asks until one backend knows. Never fails; completes in a later turn of the event loop, or at once. */
    Future<AuthOutcome> verdict() {
        // LDAP servers take an empty password for an anonymous bind and call that a success (RFC 4513 section 5.1.2).
        boolean empty = credentials instanceof Credentials.Password password
                && password.password().isEmpty();
        return empty
                ? Future.succeededFuture(new AuthOutcome.Rejected())
                : askNext().otherwise(this::unavailable);
    }

    /** Asks no further backend; the one that is thinking is not waited for. */
    void abandon() {
        walk.abandon();
        if (judging) {
            judging = false;
            visit.judge().abandon();
        }
    }

    private Future<AuthOutcome> askNext() {
        GuardedBackend next = walk.next();
        if (next == null) {
            return Future.succeededFuture(new AuthOutcome.Rejected(null, reply));
        }
        return walk.ask(next, () -> question(next)).transform((user, failure) -> {
            judging = false;
            return failure == null ? accepted(user) : refused(failure);
        });
    }

    private Future<User> question(GuardedBackend next) {
        judging = next.unguarded() instanceof UpstreamBackend;
        // It accepts passwords alone.
        return judging ? visit.judge().judge((Credentials.Password) credentials) : next.authenticate(submitted());
    }

    private SubmittedCredentials submitted() {
        String authorizationId = credentials.authorizationId();
        String username = credentials.username();
        if (credentials instanceof Credentials.Password password) {
            return new SubmittedPassword(authorizationId, username, password.password(), visit.origin());
        }
        if (credentials instanceof Credentials.Token token) {
            return new SubmittedToken(authorizationId, username, token.token(), visit.origin());
        }
        if (credentials instanceof Credentials.Digest digest) {
            return new SubmittedDigest(username, digest.challenge(), digest.digest(), visit.origin());
        }
        return new SubmittedCertificate(authorizationId, visit.origin());
    }

    private Future<AuthOutcome> refused(Throwable failure) {
        reply = failure instanceof RefusedLoginException said ? said.reply() : null;
        return failure instanceof InvalidCredentialsException
                ? askNext()
                : Future.succeededFuture(unavailable(failure));
    }

    private Future<AuthOutcome> accepted(User user) {
        return Future.succeededFuture(acceptance.of(user, walk.asked()));
    }

    private AuthOutcome unavailable(Throwable failure) {
        return Walk.unavailable(failure, secret());
    }

    private String secret() {
        if (credentials instanceof Credentials.Password password) {
            return password.password();
        }
        if (credentials instanceof Credentials.Token token) {
            return token.token();
        }
        return credentials instanceof Credentials.Digest digest ? digest.digest() : "";
    }
}
