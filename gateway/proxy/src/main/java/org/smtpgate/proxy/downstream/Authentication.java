package org.smtpgate.proxy.downstream;

import java.util.function.Consumer;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.RefusalReply;
import org.smtpgate.proxy.authn.AuthExchange;
import org.smtpgate.proxy.authn.AuthOutcome;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.authn.SessionJudge;
import org.smtpgate.proxy.authn.Visit;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.receiver.AuthAnswer;

/** The SASL exchange of one session, while there is one. Confined to its event loop. */
final class Authentication {
    /** What a server behind a backend offers may change in the moment that the client asks for it. */
    private static final AuthOutcome NO_LONGER_OFFERED =
            new AuthOutcome.Unavailable("the mechanism is no longer offered");

    private final Authenticator authenticator;
    private final SessionJudge judge;
    private final Consumer<AuthOutcome> answer;
    private AuthExchange exchange;
    private Credentials presented;

    /**
     * @param judge of this session
     * @param answer is told each outcome, perhaps before the call that caused it returns
     */
    Authentication(Authenticator authenticator, SessionJudge judge, Consumer<AuthOutcome> answer) {
        this.authenticator = authenticator;
        this.judge = judge;
        this.answer = answer;
    }

    /** What was judged, while its outcome is told; null at any other time. */
    Credentials presented() {
        return presented;
    }

    boolean underWay() {
        return exchange != null;
    }

    /** @param initial what the client said with AUTH, or null */
    void begin(String mechanism, byte[] initial, Origin origin, ChannelBindings bindings) {
        exchange = authenticator
                .begin(mechanism, new Visit(origin, bindings, judge))
                .orElse(null);
        if (exchange == null) {
            answer.accept(NO_LONGER_OFFERED);
        } else {
            respond(initial);
        }
    }

    void respond(byte[] response) {
        exchange.respond(response).onSuccess(outcome -> {
            if (!(outcome instanceof AuthOutcome.Challenge)) {
                presented = exchange == null ? null : exchange.presented();
                exchange = null;
            }
            answer.accept(outcome);
            presented = null;
        });
    }

    void cancel() {
        if (exchange != null) {
            AuthExchange last = exchange;
            exchange = null;
            last.cancel();
        }
    }

    static AuthAnswer inWordsOfSmtp(AuthOutcome outcome) {
        if (outcome instanceof AuthOutcome.Challenge challenge) {
            return new AuthAnswer.Challenge(challenge.bytes());
        }
        if (outcome instanceof AuthOutcome.Accepted) {
            return new AuthAnswer.Accepted();
        }
        if (outcome instanceof AuthOutcome.Malformed malformed) {
            return new AuthAnswer.Malformed(malformed.reason());
        }
        if (outcome instanceof AuthOutcome.Refused) {
            return new AuthAnswer.Refused();
        }
        if (outcome instanceof AuthOutcome.Rejected rejected) {
            return new AuthAnswer.Rejected(rejected.lastWords(), reply(rejected.reply()));
        }
        return new AuthAnswer.Unavailable(reply(((AuthOutcome.Unavailable) outcome).reply()));
    }

    private static Reply reply(RefusalReply said) {
        return said == null ? null : Reply.of(said.code(), said.status(), said.text());
    }
}
