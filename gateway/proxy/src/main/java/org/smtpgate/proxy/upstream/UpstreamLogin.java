package org.smtpgate.proxy.upstream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.sasl.ClientCredentials;
import org.smtpgate.sasl.SaslClientExchange;
import org.smtpgate.sasl.SaslClientMechanisms;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.sender.Loss;
import org.smtpgate.smtp.sender.SenderAction;
import org.smtpgate.smtp.sender.SenderSession;

/** One login of one connection: chooses a mechanism, and speaks it. Confined to the connection's event loop. */
final class UpstreamLogin {
    private static final int WRONG_CREDENTIALS = 535;
    /** RFC 5248, X.7.13: the credentials may be right, and will not do. */
    private static final int ACCOUNT_DISABLED = 525;
    /** RFC 4954 section 6: the same as 535, whatever code it comes with. */
    private static final String WRONG_CREDENTIALS_STATUS = "5.7.8";

    private final Context context;
    private final SenderSession session;
    private final LoginCredentials credentials;
    private final Method method;
    private final Runnable advance;

    private ClientCredentials presented;
    private String mechanism;
    private SaslClientExchange exchange;
    /** Whether the upstream has said more than that it awaits the credentials. */
    private boolean challenged;

    /** The credentials are missing, or of no use here. */
    private boolean without;

    /** @param advance carries on what was put into the session later than it asked for it */
    UpstreamLogin(
            Context context, SenderSession session, LoginCredentials credentials, Method method, Runnable advance) {
        this.context = context;
        this.session = session;
        this.credentials = credentials;
        this.method = method;
        this.advance = advance;
    }

    /** @param encrypted whether the connection is */
    void authenticate(SenderAction.Authenticate action, boolean encrypted) {
        if (action.refusal() != null && !mayTryAgain(action.refusal())) {
            session.giveUp("the upstream refused the login by " + mechanism);
            return;
        }
        credentials
                .next()
                .onComplete((next, failure) -> context.runOnContext(turn -> {
                    if (failure == null) {
                        present(next, action.mechanisms(), encrypted);
                    } else {
                        without = true;
                        session.giveUp("there is nothing to log in with: " + failure.getMessage());
                    }
                    advance.run();
                }));
    }

    /** RFC 7628 section 3.2.2: what is wrong with a token is said in a challenge, and the refusal then may have any code. */
    private boolean mayTryAgain(Reply refusal) {
        return (refusal.code() == WRONG_CREDENTIALS || challenged && refusal.severity() == 5)
                && credentials.refused(presented);
    }

    private void present(ClientCredentials next, List<String> offered, boolean encrypted) {
        if (next.equals(presented)) {
            session.giveUp("there are no other credentials than those that were refused");
            return;
        }
        List<String> fit = SaslClientMechanisms.names(next).stream()
                .filter(name -> encrypted || method.allowWithoutTls() || !SaslClientMechanisms.exposesSecret(name))
                .filter(offered::contains)
                .toList();
        mechanism = SaslClientMechanisms.choose(next, fit, method.mechanism()).orElse(null);
        if (mechanism == null) {
            // A client's own may be such that none can carry them, of which the endpoint knows nothing.
            without = !credentials.shared();
            session.giveUp("none of the mechanisms that the upstream offers will do: " + String.join(" ", offered));
            return;
        }
        presented = next;
        challenged = false;
        exchange = SaslClientMechanisms.start(mechanism, next);
        byte[] initial = exchange.initialResponse();
        session.authenticate(mechanism, initial, exchange.complete());
    }

    void challenge(SenderAction.Challenge action) {
        challenged = true;
        if (SaslClientMechanisms.derivesKey(mechanism)) {
            Future<byte[]> derived = context.executeBlocking(() -> exchange.respond(action.bytes()), false);
            derived.onComplete((response, failure) -> {
                respond(response, failure);
                advance.run();
            });
            return;
        }
        try {
            respond(exchange.respond(action.bytes()), null);
        } catch (Exception failure) {
            respond(null, failure);
        }
    }

    private void respond(byte[] response, Throwable failure) {
        if (failure == null) {
            session.respond(response, exchange.complete());
        } else {
            session.giveUp(failure.getMessage());
        }
    }

    /** It has succeeded. */
    void accepted() {
        credentials.accepted();
    }

    /**
     * Whether the upstream refused a login for its credentials. Any other refusal is of the mechanism, the encryption, or a
     * trouble of the server's, and says nothing of them.
     */
    static boolean saysWrong(Reply refusal) {
        return refusal.code() == WRONG_CREDENTIALS
                || refusal.code() == ACCOUNT_DISABLED
                || refusal.severity() == 5
                        && refusal.lines().get(0).strip().split(" ", 2)[0].equals(WRONG_CREDENTIALS_STATUS);
    }

    /** Why the connection could not be made: the login, if it was that. */
    Reason reason(Loss loss) {
        boolean refused = loss.kind() == Loss.Kind.AUTHENTICATION;
        if (refused && without) {
            return Reason.CREDENTIALS;
        }
        if (refused && loss.reply() != null && loss.reply().severity() == 5) {
            return Reason.AUTHENTICATION;
        }
        return presented == null ? Reason.UNREACHABLE : Reason.UNJUDGED;
    }
}
