package org.smtpgate.auth.dovecot;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SaslBackend;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.sasl.CredentialKind;

/**
 * Lets Dovecot judge: passwords, by PLAIN, however the client sent them; and whatever else Dovecot offers, step by step. For
 * any thread.
 */
final class DovecotBackend implements AuthBackend, SaslBackend {
    private static final String PLAIN = "PLAIN";

    private final AuthServer server;

    DovecotBackend(AuthServer server) {
        this.server = server;
    }

    /** Passwords, unless Dovecot is known to take none by PLAIN. */
    @Override
    public Set<CredentialKind> accepts() {
        return server.offer().map(offer -> offer.has(PLAIN)).orElse(true)
                ? EnumSet.of(CredentialKind.PASSWORD)
                : EnumSet.noneOf(CredentialKind.class);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (!(credentials instanceof SubmittedPassword submitted)) {
            return Future.failedFuture(
                    new IllegalArgumentException("only passwords are judged outside of an exchange"));
        }
        if (!sayable(submitted)) {
            return Future.failedFuture(new InvalidCredentialsException());
        }
        // Whether a password may come unencrypted, the listener has decided by taking it.
        Exchange exchange = new DovecotExchange(server, PLAIN, submitted.origin(), offer -> offer.has(PLAIN));
        return exchange.respond(plain(submitted)).compose(step -> {
            if (step instanceof Step.Accepted accepted) {
                return Future.succeededFuture(accepted.user());
            }
            exchange.cancel();
            return Future.failedFuture(new DovecotException("the server has a question where PLAIN has none"));
        });
    }

    /** None while the server has never been reached: passwords can be taken then, see {@link #accepts}. */
    @Override
    public List<String> mechanisms(boolean encrypted) {
        return server.offer().map(offer -> offer.names(encrypted)).orElse(List.of());
    }

    @Override
    public Exchange begin(String mechanism, Origin origin) {
        return new DovecotExchange(
                server,
                mechanism,
                origin,
                offer -> offer.names(origin.encrypted()).contains(mechanism));
    }

    @Override
    public Future<Void> close() {
        return server.close();
    }

    /** An empty password is refused before anybody is asked; what PLAIN cannot say, nobody has. */
    private static boolean sayable(SubmittedPassword submitted) {
        return !submitted.username().isEmpty()
                && !submitted.getPassword().isEmpty()
                && Stream.of(submitted.authorizationId(), submitted.username(), submitted.getPassword())
                        .allMatch(text -> text.indexOf('\0') < 0
                                && StandardCharsets.UTF_8.newEncoder().canEncode(text));
    }

    /** RFC 4616 section 2. */
    private static byte[] plain(SubmittedPassword submitted) {
        return String.join("\0", submitted.authorizationId(), submitted.username(), submitted.getPassword())
                .getBytes(StandardCharsets.UTF_8);
    }
}
