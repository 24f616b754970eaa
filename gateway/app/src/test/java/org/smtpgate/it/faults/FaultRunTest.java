package org.smtpgate.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.server.PostfixServer;
import org.smtpgate.testkit.faults.FaultKind;
import org.smtpgate.testkit.faults.PlannedFault;

/**
 * Messages through the gateway to a Postfix over connections that break at random: none that was acknowledged is
 * missing, and each that is there too often is one whose outcome the gateway has logged as unknown.
 *
 * <p>{@code -Dsmtpgate.faults.seed} gives the run's seed again, {@code -Dsmtpgate.faults.messages} its length.
 */
class FaultRunTest {

    private static final int MESSAGES = Integer.getInteger("smtpgate.faults.messages", 2_000);
    private static final long SEED = Long.getLong("smtpgate.faults.seed", System.nanoTime() & 0xFFFF_FFFFL);
    private static final Duration LONGEST = Duration.ofMinutes(3).plusMillis(50L * MESSAGES);

    @TempDir
    Path folder;

    @Test
    void noMessageIsLostAndNoneIsThereTwiceWithoutAWordOfIt() throws Exception {
        System.out.printf("fault run: -Dsmtpgate.faults.seed=%d -Dsmtpgate.faults.messages=%d%n", SEED, MESSAGES);
        long since = System.nanoTime();
        try (PostfixServer postfix = PostfixServer.delivering(room("postfix"), PemFiles.in(folder))) {
            FaultyGateway gateway = new FaultyGateway(postfix.port(), SEED, room("gateway"));
            FaultRun run = new FaultRun(SEED, MESSAGES, gateway);
            double unknownInMetrics;
            try (gateway) {
                run.send(LONGEST);
                unknownInMetrics = unknown(gateway.process().metrics());
            }
            postfix.awaitQuiet(Duration.ofMinutes(2));
            String log = gateway.process().output();
            Books books = new Books(SEED, run.tally(), log, postfix.mail());
            report(run, gateway, books, Duration.ofNanos(System.nanoTime() - since));

            assertThat(run.tally().violations())
                    .as("sessions that saw what the contract forbids")
                    .isEmpty();
            assertThat(books.missing()).as("acknowledged, but missing").isEmpty();
            assertThat(books.spoiled()).as("arrived other than sent").isEmpty();
            assertThat(books.unexplained())
                    .as("there without an unknown outcome to explain it")
                    .isEmpty();
            assertThat(books.unknownByMail())
                    .as("unknown in the log, not confirmed for the client")
                    .isEqualTo(run.tally().notConfirmed());
            assertThat(unknownInMetrics).isEqualTo(books.unknownTransactions());
            assertThat(books.acceptancesThatDiffer())
                    .as("accepted in the log, acknowledged to the client")
                    .isEmpty();
            assertThat(books.wrongInLog()).as("size and digest in the log").isEmpty();
            assertThat(run.bag().givenUp()).as("never delivered").isLessThanOrEqualTo(MESSAGES / 1_000);
            assertThat(GatewayLog.lines(log, "level=ERROR")).isEmpty();
            assertThatFaultsStruck(gateway.inflicted(), books);
        }
    }

    private Path room(String name) throws Exception {
        return Files.createDirectory(folder.resolve(name));
    }

    private static double unknown(String metrics) {
        return metrics.lines()
                .filter(line -> line.startsWith("smtpgate_transactions_total") && line.contains("outcome=\"unknown\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** A run in which nothing went wrong would prove nothing. */
    private static void assertThatFaultsStruck(List<PlannedFault> faults, Books books) {
        assertThat(faults).extracting(PlannedFault::kind).as("kinds of faults").contains(FaultKind.values());
        assertThat(faults).hasSizeGreaterThan(MESSAGES / 20);
        assertThat(books.unknownTransactions()).isGreaterThan(MESSAGES / 200);
        assertThat(books.surplus()).isPositive();
    }

    private static void report(FaultRun run, FaultyGateway gateway, Books books, Duration took) {
        List<PlannedFault> faults = gateway.inflicted();
        System.out.printf(
                "fault run: seed %d, %d messages in %d tries over %d sessions, %d s%n",
                SEED, MESSAGES, run.bag().tries(), run.tally().sessions(), took.toSeconds());
        System.out.printf(
                "fault run: %d recipients acknowledged, %d missing, %d copies found, %d of them surplus,"
                        + " %d unexplained, %d outcomes unknown, %d messages given up%n",
                run.tally().acknowledged().size(),
                books.missing().size(),
                books.copies(),
                books.surplus(),
                books.unexplained().size(),
                books.unknownTransactions(),
                run.bag().givenUp());
        System.out.printf(
                "fault run: %d broken sessions, %d ended by the gateway in order, replies %s%n",
                run.tally().violationCount(),
                run.tally().sessionsEndedByGateway(),
                run.tally().replies());
        System.out.printf(
                "fault run: %d faults on %d connections: %s at %s%n",
                faults.size(),
                gateway.connections(),
                counts(faults, PlannedFault::kind),
                counts(faults, PlannedFault::point));
    }

    private static <K> Map<K, Long> counts(List<PlannedFault> faults, Function<PlannedFault, K> by) {
        return faults.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.counting()));
    }
}
