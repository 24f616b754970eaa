package org.smtpgate.proxy.metrics;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One line for each session, and one for each transaction: what an administrator searches by login or by id. */
public final class SessionLog {
    private static final Logger SESSIONS = LoggerFactory.getLogger("smtpgate.session");
    private static final Logger TRANSACTIONS = LoggerFactory.getLogger("smtpgate.transaction");

    private final String id;
    private final String listener;
    private final String client;

    /**
     * @param id the session's, as in our own replies
     * @param client address and port
     */
    public SessionLog(String id, String listener, String client) {
        this.id = id;
        this.listener = listener;
        this.client = client;
    }

    /**
     * A transaction. An outcome that is not known is a warning, and has all that is needed to find out whether the upstream
     * has the message.
     */
    public void transaction(String login, TransactionReport ended) {
        List<String> recipients = ended.recipients();
        Level level = ended.outcome() == Outcome.UNKNOWN ? Level.WARN : Level.INFO;
        begin(TRANSACTIONS, level)
                .with("login", login)
                .with("from", ended.from())
                .with("to", recipients.isEmpty() ? null : String.join(",", recipients))
                .with("recipients", recipients.size())
                .with("outcome", lower(ended.outcome()))
                .with("upstream", ended.upstream())
                .with("endpoint", ended.endpoint())
                .with("size", ended.octets())
                .with("digest", ended.digest())
                .with("reply", ended.reply())
                .with("cause", ended.cause())
                .with("ms", TimeUnit.NANOSECONDS.toMillis(ended.nanos()))
                .log();
    }

    /** A session, as it ended; {@code tls} is null without TLS. */
    public void session(
            String login, String tls, int transactions, ClosedBy by, How how, Phase phase, Told told, long nanos) {
        begin(SESSIONS, Level.INFO)
                .with("login", login)
                .with("tls", tls)
                .with("transactions", transactions)
                .with("by", lower(by))
                .with("how", Labels.of(how))
                .with("state", lower(phase))
                .with("told", Labels.of(told))
                .with("ms", TimeUnit.NANOSECONDS.toMillis(nanos))
                .log();
    }

    private LogLine begin(Logger logger, Level level) {
        return new LogLine(logger, level)
                .with("session", id)
                .with("listener", listener)
                .with("client", client);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
