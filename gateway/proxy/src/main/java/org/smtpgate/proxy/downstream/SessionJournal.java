package org.smtpgate.proxy.downstream;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.smtpgate.proxy.metrics.ClosedBy;
import org.smtpgate.proxy.metrics.How;
import org.smtpgate.proxy.metrics.ListenerMeters;
import org.smtpgate.proxy.metrics.Outcome;
import org.smtpgate.proxy.metrics.Phase;
import org.smtpgate.proxy.metrics.SessionLog;
import org.smtpgate.proxy.metrics.Told;
import org.smtpgate.proxy.metrics.TransactionReport;
import org.smtpgate.proxy.metrics.UnknownOutcome;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.proxy.net.SocketEnd;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.receiver.ReceiverSession;
import org.smtpgate.smtp.receiver.SessionEnd;

/** What an operator will want to know of one session: feeds the meters and writes the log lines. */
final class SessionJournal {
    private final Listener listener;
    private final SmtpSocket socket;
    private final String id;
    private final ClientProfile profile;
    private final ListenerMeters meters;
    private final SessionLog log;
    private final long bornAt = System.nanoTime();

    private String tls;
    private Phase phase = Phase.GREETING;
    private SessionEnd end;
    private How upstreamEnd;
    private boolean timedOut;
    private int lastCode;
    private int transactions;
    private long octetsReceived;
    private long octetsSent;

    SessionJournal(Listener listener, SmtpSocket socket, String id, ClientProfile profile) {
        this.listener = listener;
        this.socket = socket;
        this.id = id;
        this.profile = profile;
        this.meters = listener.meters();
        this.log = new SessionLog(
                id, listener.settings().name(), socket.remoteAddress().toString());
        meters.sessionOpened();
    }

    /** Where the session stands, in case it ends here. */
    void note(ReceiverSession session, boolean authenticating) {
        if (session.inContent()) {
            phase = Phase.CONTENT;
        } else if (session.inTransaction()) {
            phase = session.wantsInput() ? Phase.TRANSACTION : Phase.AWAITING_REPLY;
        } else {
            phase = authenticating ? Phase.AUTH : Phase.IDLE;
        }
    }

    void told(Reply reply) {
        lastCode = reply.code();
        meters.reply(reply.code());
    }

    /** A handshake ended. */
    void tls(Throwable failure) {
        meters.tlsHandshake(failure == null);
        if (failure == null) {
            tls = socket.tlsDescription();
        }
    }

    /** The upstream closed the connection that the session kept, which will end the session too. */
    void upstreamClosed(How how) {
        upstreamEnd = how;
    }

    void ends(SessionEnd why) {
        end = why;
    }

    void timedOut() {
        timedOut = true;
    }

    void octets() {
        // Each turn of the event loop comes by here, and most of them bring nothing new for one of the two.
        if (socket.octetsReceived() > octetsReceived) {
            meters.received(socket.octetsReceived() - octetsReceived);
            octetsReceived = socket.octetsReceived();
        }
        if (socket.octetsSent() > octetsSent) {
            meters.sent(socket.octetsSent() - octetsSent);
            octetsSent = socket.octetsSent();
        }
    }

    void transaction(TransactionReport report) {
        transactions++;
        meters.transactions(report.upstream()).ended(report.outcome(), report.octets(), report.nanos());
        if (report.outcome() == Outcome.UNKNOWN) {
            meters.unknown(unknown(report));
        }
        log.transaction(profile.login(), report);
    }

    private UnknownOutcome unknown(TransactionReport report) {
        return new UnknownOutcome(
                Instant.now(),
                id,
                listener.settings().name(),
                socket.remoteAddress().toString(),
                profile.login(),
                report.from(),
                report.recipients(),
                report.recipients().size(),
                report.octets(),
                report.digest(),
                report.upstream(),
                report.endpoint(),
                report.reply(),
                report.cause(),
                TimeUnit.NANOSECONDS.toMillis(report.nanos()));
    }

    void closed(SocketEnd socketEnd) {
        octets();
        long nanos = System.nanoTime() - bornAt;
        How how = how(socketEnd);
        meters.sessionClosed(by(), how, phase, toldAtLast(), nanos);
        log.session(profile.login(), tls, transactions, by(), how, phase, toldAtLast(), nanos);
    }

    private ClosedBy by() {
        if (end == null || end == SessionEnd.CLIENT_CLOSED || end == SessionEnd.QUIT) {
            return timedOut && end == null ? ClosedBy.GATEWAY : ClosedBy.CLIENT;
        }
        return end == SessionEnd.UPSTREAM_CLOSED ? ClosedBy.UPSTREAM : ClosedBy.GATEWAY;
    }

    private How how(SocketEnd socketEnd) {
        if (end == null) {
            return switch (socketEnd) {
                case FIN -> How.FIN;
                case RST -> How.RST;
                case TLS -> How.TLS;
                case OURS -> timedOut ? How.TIMEOUT : How.FIN;
            };
        }
        return switch (end) {
            case QUIT -> How.QUIT;
            case CLIENT_CLOSED -> How.FIN;
            case IDLE -> How.TIMEOUT;
            case TLS_INJECTION -> How.TLS;
            case UPSTREAM_CLOSED -> upstreamEnd;
            case SHUTDOWN, ERRORS, LIMIT, REFUSED -> How.POLICY;
            case INTERNAL -> How.PROTOCOL;
        };
    }

    private Told toldAtLast() {
        if (end == null) {
            return Told.NOTHING;
        }
        return switch (lastCode) {
            case 221 -> Told.REPLY_221;
            case 421 -> Told.REPLY_421;
            default -> Told.REPLY_OTHER;
        };
    }
}
