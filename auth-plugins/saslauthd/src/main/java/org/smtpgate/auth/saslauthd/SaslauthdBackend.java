package org.smtpgate.auth.saslauthd;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import io.vertx.ext.auth.authentication.UsernamePasswordCredentials;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.Turns;
import org.smtpgate.sasl.CredentialKind;

/** Judges passwords by asking saslauthd. */
final class SaslauthdBackend implements AuthBackend {
    private static final Logger LOG = LoggerFactory.getLogger(SaslauthdBackend.class);

    /** With the longest timeout it stays within the half minute that the gateway gives a login. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final SaslauthdConfig config;
    private final Daemon daemon;
    private final Turns turns;

    SaslauthdBackend(SaslauthdConfig config, Daemon daemon, Turns turns) {
        this.config = config;
        this.daemon = daemon;
        this.turns = turns;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.of(CredentialKind.PASSWORD);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (!(credentials instanceof UsernamePasswordCredentials submitted)) {
            return Future.failedFuture(new IllegalArgumentException("saslauthd judges passwords only"));
        }
        String login = submitted.getUsername();
        String address = credentials instanceof SubmittedPassword known && known.origin() != null
                ? known.origin().address()
                : "";
        Optional<Buffer> request = Request.of(config, login, submitted.getPassword(), address);
        return request.isEmpty()
                ? Future.failedFuture(new InvalidCredentialsException())
                : turns.run(PATIENCE, () -> daemon.ask(request.get())).compose(answer -> user(login, answer));
    }

    private Future<User> user(String login, String answer) {
        return switch (Verdict.of(answer)) {
            case RIGHT -> Future.succeededFuture(User.fromName(login));
            case REFUSED -> {
                if (Verdict.speaksOfTheAccount(answer)) {
                    LOG.info("saslauthd login={} is refused whatever the password: {}", login, printable(answer));
                }
                yield Future.failedFuture(new InvalidCredentialsException());
            }
            case COULD_NOT_TELL ->
                Future.failedFuture(
                        new SaslauthdException("saslauthd at " + config.socket() + " says: " + printable(answer)));
        };
    }

    private static String printable(String answer) {
        return answer.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public Future<Void> close() {
        return turns.close().compose(none -> daemon.close());
    }
}
