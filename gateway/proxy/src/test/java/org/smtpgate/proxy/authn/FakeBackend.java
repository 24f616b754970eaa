package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.sasl.CredentialKind;

/** A backend that gives one answer to all, and remembers what it was asked. */
final class FakeBackend implements AuthBackend {
    private final Set<CredentialKind> accepts;
    private final Supplier<Future<User>> answer;
    private final List<SubmittedCredentials> submitted = new CopyOnWriteArrayList<>();

    private FakeBackend(Set<CredentialKind> accepts, Supplier<Future<User>> answer) {
        this.accepts = accepts;
        this.answer = answer;
    }

    static FakeBackend of(Set<CredentialKind> accepts, Supplier<Future<User>> answer) {
        return new FakeBackend(accepts, answer);
    }

    static FakeBackend answering(Supplier<Future<User>> answer) {
        return new FakeBackend(EnumSet.of(CredentialKind.PASSWORD), answer);
    }

    static FakeBackend accepting(String subject) {
        return answering(() -> Future.succeededFuture(User.fromName(subject)));
    }

    static FakeBackend refusing() {
        return failing(new InvalidCredentialsException());
    }

    static FakeBackend failing(Throwable failure) {
        return answering(() -> Future.failedFuture(failure));
    }

    static FakeBackend forTokens() {
        return new FakeBackend(EnumSet.of(CredentialKind.TOKEN), () -> Future.succeededFuture(User.fromName("token")));
    }

    /** The passwords that it was asked about. */
    List<SubmittedPassword> asked() {
        return submitted.stream().map(SubmittedPassword.class::cast).toList();
    }

    List<SubmittedCredentials> submitted() {
        return submitted;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return accepts;
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        submitted.add((SubmittedCredentials) credentials);
        return answer.get();
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
