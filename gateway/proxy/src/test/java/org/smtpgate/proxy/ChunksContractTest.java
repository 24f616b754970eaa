package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.testkit.Fault.HANG;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.Stage;

/**
 * The rows of the closure contract that are about content, when that comes in chunks (RFC 3030): towards an upstream that
 * takes them, and towards one that gets DATA.
 */
@Execution(ExecutionMode.CONCURRENT)
class ChunksContractTest {
    private static final String NOT_A_COMMAND = "MAIL FROM:<not@a.command>\r\n.\r\n";

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void the_client_sees_what_the_contract_says(ContractCell cell) {
        try (ContractScene scene = new ContractScene(cell)) {
            cell.row().play(scene);
            scene.assertThatNothingWasLostOrDoubled();
        }
    }

    static Stream<ContractCell> cells() {
        return Stream.of(rows("chunks passed on, ", true), rows("chunks to DATA, ", false))
                .flatMap(List::stream)
                .flatMap(row -> row.cells().stream());
    }

    private static List<ContractRow> rows(String kind, boolean chunking) {
        return Stream.of(
                        // A hang shows in a command's being unanswered.
                        new ContractRow(kind + "row 5", ChunksContractTest::beforeTheFirst)
                                .withoutReplay()
                                .without(HANG),
                        new ContractRow(kind + "row 5, sent again", ChunksContractTest::beforeTheFirstSentAgain)
                                .without(HANG),
                        new ContractRow(kind + "row 6", ChunksContractTest::unanswered).withoutReplay(),
                        new ContractRow(kind + "row 7, between chunks", ChunksContractTest::between).without(HANG),
                        new ContractRow(kind + "row 7, below discard-limit", ChunksContractTest::belowDiscardLimit)
                                .given(ContractScene::faultInContent),
                        new ContractRow(kind + "row 7, past discard-limit", ChunksContractTest::pastDiscardLimit)
                                .given(scene -> {
                                    scene.discardLimit(200_000);
                                    scene.faultInContent();
                                })
                                .clientInTlsToo(),
                        new ContractRow(kind + "row 8", ChunksContractTest::notConfirmed),
                        new ContractRow(
                                        kind + "row 8, QUIT behind the data",
                                        ChunksContractTest::notConfirmedBeforeQuit)
                                .clientInTlsToo(),
                        new ContractRow(kind + "row 9", ChunksContractTest::resetAndNoop),
                        new ContractRow(kind + "row 10", ChunksContractTest::quit)
                                .given(ContractScene::patientWithUpstream)
                                .clientInTlsToo())
                .map(row -> row.withChunking(chunking))
                .toList();
    }

    private static void beforeTheFirst(ContractScene scene) {
        scene.client().mail("a@example.org").rcpt("b@example.org");
        scene.upstreamGoesAway();
        scene.client().expectOpen();
        expectLost(scene);
        scene.outcome("deferred", 1);
        scene.sendMessage();
        scene.quit();
    }

    private static void beforeTheFirstSentAgain(ContractScene scene) {
        scene.client().mail("a@example.org").rcpt("b@example.org");
        scene.upstreamGoesAway();
        scene.client().expectOpen();
        scene.finishMessageInChunks();
        scene.quit();
    }

    private static void unanswered(ContractScene scene) {
        Stage stage = scene.cell().row().chunking() ? Stage.BDAT : Stage.DATA;
        scene.upstream().fault(Moment.at(stage), scene.fault());
        scene.client().mail("a@example.org").rcpt("b@example.org");
        expectLost(scene);
        scene.outcome("deferred", 1);
        scene.sendMessage();
        scene.quit();
    }

    /** Each chunk of the message, and its last, is answered, and its octets are no commands. */
    private static void expectLost(ContractScene scene) {
        scene.client().chunk(NOT_A_COMMAND, false).expect(451, "4.4.2");
        scene.client().chunk(NOT_A_COMMAND, true).expect(451, "4.4.2");
    }

    private static void between(ContractScene scene) {
        scene.client().mail("a@example.org").rcpt("b@example.org");
        scene.client().chunk("X-Test-Id: lost\r\n", false).expect(250);
        scene.upstreamGoesAway();
        scene.outcome("deferred", 1);
        scene.client().expectOpen();
        scene.client().send("NOOP").expect(250);
        expectLost(scene);
        scene.sendMessage();
        scene.quit();
    }

    private static void belowDiscardLimit(ContractScene scene) {
        int chunks = scene.loseUpstreamInChunks();
        expectNoneAcceptedBehindTheFirstThatFailed(scene, chunks);
        scene.client().expectOpen();
        expectLost(scene);
        scene.sendMessage();
        scene.quit();
    }

    private static void expectNoneAcceptedBehindTheFirstThatFailed(ContractScene scene, int chunks) {
        boolean failed = false;
        for (int i = 0; i < chunks; i++) {
            Answer answer = scene.client().reply();
            failed |= answer.code() != 250;
            assertThat(answer.code()).isEqualTo(failed ? 451 : 250);
        }
    }

    private static void pastDiscardLimit(ContractScene scene) {
        int chunks = scene.loseUpstreamInChunks();
        expectNoneAcceptedBehindTheFirstThatFailed(scene, chunks);
        scene.client().sendRaw("BDAT 300000 LAST\r\nMore and more.\r\n");
        scene.client().expect(421, "4.4.2");
        scene.client().expectCleanEnd();
    }

    private static void notConfirmed(ContractScene scene) {
        scene.upstream().fault(Moment.at(Stage.END_OF_DATA), scene.fault());
        scene.client().mail("a@example.org").rcpt("b@example.org");
        scene.client().chunk("X-Test-Id: lost\r\n", false).expect(250);
        scene.client().chunk("\r\nHello\r\n", true);
        scene.expectNotConfirmed();
        scene.sendMessage();
        scene.quit();
    }

    private static void notConfirmedBeforeQuit(ContractScene scene) {
        scene.upstream().fault(Moment.at(Stage.END_OF_DATA), scene.fault());
        scene.client().mail("a@example.org").rcpt("b@example.org");
        scene.client()
                .chunk("X-Test-Id: lost\r\n\r\nHello\r\n", true)
                .send("QUIT")
                .halfClose();
        scene.expectNotConfirmed();
        scene.client().expect(221, "2.0.0");
        scene.client().expectCleanEnd();
    }

    private static void resetAndNoop(ContractScene scene) {
        interrupt(scene);
        scene.client().pipeline("NOOP", "RSET", "NOOP");
        for (int reply = 0; reply < 3; reply++) {
            scene.client().expect(250, "2.0.0");
        }
        boolean keepsItForRset =
                scene.cell().keepsItsConnection() && scene.cell().row().chunking();
        if (keepsItForRset && scene.fault() == HANG) {
            // It did not answer RSET either, which only the next MAIL shows: row 6.
            scene.client().send("MAIL FROM:<a@example.org>").expect(451, "4.4.2");
            scene.outcome("deferred", 1);
        }
        scene.sendMessage();
        scene.quit();
    }

    private static void quit(ContractScene scene) {
        interrupt(scene);
        scene.quit();
    }

    /** The upstream goes away in the middle of a message; if that can be seen, the message has failed with it. */
    private static void interrupt(ContractScene scene) {
        scene.client().mail("a@example.org").rcpt("b@example.org");
        scene.client().chunk("X-Test-Id: lost\r\n", false).expect(250);
        scene.upstreamGoesAway();
        scene.outcome(scene.fault() == HANG ? "aborted" : "deferred", 1);
    }
}
