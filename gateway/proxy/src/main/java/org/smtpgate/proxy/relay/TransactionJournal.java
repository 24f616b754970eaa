package org.smtpgate.proxy.relay;

import org.smtpgate.proxy.metrics.Outcome;
import org.smtpgate.proxy.metrics.TransactionReport;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.sender.Loss;

/** What an operator will want to know of one transaction, as it goes along. Confined to its event loop. */
final class TransactionJournal {
    /** Who was to hear the final reply left before it came, and may well send the message again. */
    private static final String UNHEARD = "unheard";

    private final Replies replies;
    private final long bornAt = System.nanoTime();
    private String upstream;
    private String endpoint;
    private Reply lastReply;
    private Loss loss;
    private boolean unheard;

    TransactionJournal(Replies replies) {
        this.replies = replies;
    }

    /** It is to go to this upstream. */
    void leadsTo(String name) {
        upstream = name;
    }

    /** It goes to this endpoint. */
    void sentTo(String address) {
        endpoint = address;
    }

    /** The client is told this. */
    Reply told(Reply reply) {
        lastReply = reply;
        return reply;
    }

    /** Nobody will hear what it is told from now on. */
    void unheard() {
        unheard = true;
    }

    void lost(Loss why) {
        loss = why;
    }

    /** What to say of the connection that was lost last. */
    Reply lostReply() {
        return switch (loss.kind()) {
            case PROTOCOL -> replies.upstreamViolation();
            case TIMEOUT -> replies.upstreamTimedOut();
            case AUTHENTICATION -> replies.loginRefused();
            case INTRODUCTION -> replies.notIntroduced();
            default -> replies.upstreamLost();
        };
    }

    /** What a refusal makes of a transaction. */
    static Outcome outcomeOf(Reply refusal) {
        return refusal.severity() == 5 ? Outcome.REJECTED : Outcome.DEFERRED;
    }

    /** Of a transaction that its client ends before the content. */
    Outcome outcomeOf(Envelope envelope) {
        boolean refused = lastReply != null
                && !lastReply.isPositive()
                && envelope.recipients().isEmpty();
        return refused ? outcomeOf(lastReply) : Outcome.ABORTED;
    }

    TransactionReport report(Envelope envelope, ContentPipe content, Outcome outcome) {
        return new TransactionReport(
                envelope.mail().from().toString(),
                envelope.recipients(),
                outcome,
                content.octets(),
                content.digest(),
                upstream,
                endpoint,
                lastReply == null ? null : lastReply.toString(),
                cause(),
                System.nanoTime() - bornAt);
    }

    private String cause() {
        if (loss == null) {
            return unheard ? UNHEARD : null;
        }
        return unheard ? loss + "; " + UNHEARD : loss.toString();
    }
}
