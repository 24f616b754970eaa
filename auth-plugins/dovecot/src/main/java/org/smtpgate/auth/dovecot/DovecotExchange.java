package org.smtpgate.auth.dovecot;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SaslBackend;

/** One client's SASL dialogue, which Dovecot leads. Its state belongs to the {@link AuthServer}'s event loop. */
final class DovecotExchange implements SaslBackend.Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(DovecotExchange.class);

    private final AuthServer server;
    private final String mechanism;
    private final Origin origin;
    private final Predicate<Offer> offered;

    private AuthRequest request;
    private User accepted;
    private boolean cancelled;

    /** @param offered whether the mechanism may be used */
    DovecotExchange(AuthServer server, String mechanism, Origin origin, Predicate<Offer> offered) {
        this.server = server;
        this.mechanism = mechanism;
        this.origin = origin;
        this.offered = offered;
    }

    @Override
    public Future<SaslBackend.Step> respond(byte[] message) {
        return server.run(() -> accepted == null
                ? ask(message).compose(this::step)
                : Future.succeededFuture(new SaslBackend.Step.Accepted(accepted)));
    }

    @Override
    public void cancel() {
        server.run(() -> {
            cancelled = true;
            if (request != null) {
                request.giveUp(cancellation());
            }
            return Future.succeededFuture();
        });
    }

    private Future<Answer> ask(byte[] message) {
        if (request != null) {
            return request.goOn(message);
        }
        return server.request(offered).compose(begun -> {
            request = begun;
            if (cancelled) {
                begun.giveUp(cancellation());
                return Future.failedFuture(cancellation());
            }
            return begun.begin(mechanism, server.parameters().of(origin), message);
        });
    }

    private Future<SaslBackend.Step> step(Answer answer) {
        if (answer instanceof Answer.Challenge challenge) {
            return Future.succeededFuture(new SaslBackend.Step.Challenge(challenge.bytes()));
        }
        if (answer instanceof Answer.Accepted welcome) {
            if (welcome.last().length == 0) {
                return Future.succeededFuture(new SaslBackend.Step.Accepted(welcome.user()));
            }
            // SMTP's 235 has no room for it: RFC 4954 section 4 makes it one more challenge, with an empty response.
            accepted = welcome.user();
            return Future.succeededFuture(new SaslBackend.Step.Challenge(welcome.last()));
        }
        Answer.Refused refused = (Answer.Refused) answer;
        if (!refused.code().isEmpty() || !refused.reason().isEmpty()) {
            LOG.info(
                    "dovecot session={} mechanism={} refused code={} reason={}",
                    origin.sessionId(),
                    mechanism,
                    refused.code(),
                    refused.reason());
        }
        return Future.failedFuture(refused.failure());
    }

    private static DovecotException cancellation() {
        return new DovecotException("cancelled by the client");
    }
}
