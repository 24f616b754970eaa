package org.smtpgate.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The lines of transactions and sessions: one event, one line, whatever a client or an upstream puts into it. */
class SessionLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("smtpgate");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final SessionLog log = new SessionLog("0123456789", "submission", "192.0.2.1:50000");

    @BeforeEach
    void listen() {
        events.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(events);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(events);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    void aTransactionIsOneLineOfPairs() {
        log.transaction("alice", transaction("<a@example.org>", Outcome.ACCEPTED, "250 2.0.0 Ok: queued"));

        assertThat(event().getLoggerName()).isEqualTo("smtpgate.transaction");
        assertThat(event().getLevel()).isEqualTo(Level.INFO);
        assertThat(event().getFormattedMessage())
                .isEqualTo("session=0123456789 listener=submission client=192.0.2.1:50000 login=alice"
                        + " from=<a@example.org> to=<b@example.org> recipients=1 outcome=accepted upstream=legacy"
                        + " endpoint=10.0.0.5:25 size=1024 digest=crc32c:00ff reply=\"250 2.0.0 Ok: queued\" ms=17");
    }

    @Test
    void anUnknownOutcomeIsAWarningWithAllThatIsNeededToFindTheMessage() {
        log.transaction("alice", transaction("<a@example.org>", Outcome.UNKNOWN, "451 4.4.2 not confirmed"));

        assertThat(event().getLevel()).isEqualTo(Level.WARN);
        assertThat(event().getFormattedMessage())
                .contains(
                        "session=0123456789",
                        "login=alice",
                        "from=<a@example.org>",
                        "to=<b@example.org>",
                        "outcome=unknown",
                        "endpoint=10.0.0.5:25",
                        "size=1024",
                        "digest=crc32c:00ff");
    }

    @Test
    void aSessionIsOneLineThatSaysHowItEnded() {
        log.session(
                null,
                "TLSv1.3",
                2,
                ClosedBy.UPSTREAM,
                How.REPLY_221,
                Phase.IDLE,
                Told.REPLY_221,
                TimeUnit.SECONDS.toNanos(3));

        assertThat(event().getLoggerName()).isEqualTo("smtpgate.session");
        assertThat(event().getFormattedMessage())
                .isEqualTo("session=0123456789 listener=submission client=192.0.2.1:50000 tls=TLSv1.3 transactions=2"
                        + " by=upstream how=221 state=idle told=221 ms=3000");
    }

    @Test
    void aClientCanForgeNeitherALineNorAPair() {
        log.transaction(
                "alice",
                transaction(
                        "<a@example.org>\r\nlevel=ERROR outcome=accepted",
                        Outcome.REJECTED,
                        "550 \"no\" reply=250 \\"));

        assertThat(event().getFormattedMessage())
                .contains(" from=\"<a@example.org>\\u000d\\u000alevel=ERROR outcome=accepted\" to=")
                .contains(" reply=\"550 \\\"no\\\" reply=250 \\\\\" ms=")
                .doesNotContain("\r", "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'a\u0000b', 'from=\"a\\u0000b\" '",
        "'a\u001b[31mb', 'from=\"a\\u001b[31mb\" '",
        "'a\u0085b', 'from=\"a\\u0085b\" '",
        "'a\u2028b', 'from=\"a\\u2028b\" '",
        "'a\u202eb', 'from=\"a\\u202eb\" '",
        "'a\ud800b', 'from=\"a\\ud800b\" '",
        "'a=b', 'from=\"a=b\" '",
        "'', 'from=\"\" '",
        "'j\u00fcrgen', 'from=\"j\u00fcrgen\" '",
        "'\ud83d\udce8', 'from=\"\ud83d\udce8\" '"
    })
    void whatWouldEndOrHideTextIsEscapedAndWhatIsReadableIsKept(String from, String written) {
        log.transaction("alice", transaction(from, Outcome.ACCEPTED, "250 Ok"));

        assertThat(event().getFormattedMessage()).contains(written);
    }

    @Test
    void inJsonThePairsAreThereAsPairs() {
        log.transaction("alice", transaction("<a@example.org>\r\n{\"x\":1}", Outcome.ACCEPTED, "250 Ok"));

        JsonEncoder encoder = new JsonEncoder();
        encoder.start();
        String line = new String(encoder.encode(event()), StandardCharsets.UTF_8);

        assertThat(line.strip()).doesNotContain("\n", "\r");
        JsonArray pairs = new JsonObject(line).getJsonArray("kvpList");
        assertThat(pairs)
                .contains(new JsonObject().put("from", "<a@example.org>\r\n{\"x\":1}"))
                .contains(new JsonObject().put("outcome", "accepted"))
                .contains(new JsonObject().put("session", "0123456789"));
    }

    private ILoggingEvent event() {
        // Gateways of other tests may be at work beside this one.
        List<ILoggingEvent> own = List.copyOf(events.list).stream()
                .filter(event -> event.getFormattedMessage().contains("session=0123456789 "))
                .toList();
        assertThat(own).hasSize(1);
        return own.get(0);
    }

    private static TransactionReport transaction(String from, Outcome outcome, String reply) {
        return new TransactionReport(
                from,
                List.of("<b@example.org>"),
                outcome,
                1_024,
                "crc32c:00ff",
                "legacy",
                "10.0.0.5:25",
                reply,
                null,
                TimeUnit.MILLISECONDS.toNanos(17));
    }
}
