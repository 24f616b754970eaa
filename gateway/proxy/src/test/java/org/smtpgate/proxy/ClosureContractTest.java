package org.smtpgate.proxy;

import static org.smtpgate.proxy.TestGateway.PASSWORD;
import static org.smtpgate.proxy.TestGateway.USER;
import static org.smtpgate.testkit.Fault.HANG;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.proxy.upstream.UpstreamSettings.OnUpstreamClose;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.Transport;

/**
 * The closure contract, cell by cell: each row of its table with each kind of closure that can occur there, towards an
 * upstream in the clear and in TLS, with either pooling mode.
 *
 * <p>Rows 5 and 6 stand here as they are where nothing is replayed; see {@link EnvelopeReplayTest} for what the contract
 * allows beside. A connection that has shown a login to be right is one like any other: where it goes away afterwards, rows
 * 1 to 11 hold, of which {@link UpstreamLoginTest} has some.
 */
@Execution(ExecutionMode.CONCURRENT)
class ClosureContractTest {
    private static final Fault[] TLS_FAULTS = {Fault.TLS_ABORT, Fault.TLS_TRUNCATION};

    @ParameterizedTest(name = "{0}")
    @MethodSource("cells")
    void the_client_sees_what_the_contract_says(ContractCell cell) {
        try (ContractScene scene = new ContractScene(cell)) {
            cell.row().play(scene);
            scene.assertThatNothingWasLostOrDoubled();
        }
    }

    static Stream<ContractCell> cells() {
        return Stream.of(
                        betweenTransactions(),
                        connecting(),
                        reused(),
                        inTransaction(),
                        inData(),
                        overLmtp(),
                        gatewaysOwn(),
                        loggingIn())
                .flatMap(List::stream)
                .flatMap(row -> row.cells().stream());
    }

    /** A silent upstream is not seen to be gone before something is asked of it: nowhere here is there a hang. */
    private static List<ContractRow> betweenTransactions() {
        return List.of(
                // With session pooling nothing lies in the pool.
                new ContractRow("row 1, unleased in the pool", ClosureContractTest::unleased)
                        .only(Pooling.TRANSACTION)
                        .without(HANG),
                new ContractRow("row 2, no lease", ClosureContractTest::unleased)
                        .only(Pooling.TRANSACTION)
                        .without(HANG),
                new ContractRow("row 2, on-upstream-close 221", scene -> idle(scene, 221, "2.0.0"))
                        .only(Pooling.SESSION)
                        .without(HANG)
                        .clientInTlsToo(),
                new ContractRow("row 2, on-upstream-close 421", scene -> idle(scene, 421, "4.4.2"))
                        .given(scene -> scene.gateway().onUpstreamClose(OnUpstreamClose.SAY_421))
                        .only(Pooling.SESSION)
                        .without(HANG)
                        .clientInTlsToo(),
                new ContractRow("row 2, on-upstream-close reconnect", ClosureContractTest::unleased)
                        .given(scene -> scene.gateway().onUpstreamClose(OnUpstreamClose.RECONNECT))
                        .only(Pooling.SESSION)
                        .without(HANG));
    }

    private static List<ContractRow> connecting() {
        return List.of(
                new ContractRow("row 3, before the greeting", scene -> connecting(scene, Stage.ACCEPT))
                        .only(Transport.PLAIN, Transport.STARTTLS)
                        .without(TLS_FAULTS),
                // A reply in the clear is no handshake, as garbage would be none: TLS_ABORT stands for both.
                new ContractRow("row 3, before the TLS handshake", scene -> connecting(scene, Stage.ACCEPT))
                        .only(Transport.IMPLICIT_TLS)
                        .without(Fault.REPLY_421, Fault.REPLY_221),
                new ContractRow("row 3, at the greeting", scene -> connecting(scene, Stage.GREETING)),
                new ContractRow("row 3, at EHLO", scene -> connecting(scene, Stage.EHLO)),
                new ContractRow("row 3, at STARTTLS", scene -> connecting(scene, Stage.STARTTLS))
                        .only(Transport.STARTTLS));
    }

    /** Whether a silent upstream is dead is not known, so that a hang at MAIL is row 6. */
    private static List<ContractRow> reused() {
        return List.of(
                new ContractRow("row 4, at MAIL", scene -> deadAtMail(scene, scene::sendMessage)).without(HANG),
                new ContractRow("row 4, at a pipelined MAIL", scene -> deadAtMail(scene, scene::sendMessagePipelined))
                        .without(HANG),
                // The session must outlive a closure that is seen before MAIL comes; that it ends otherwise is row 2.
                new ContractRow("row 4, right before MAIL", ClosureContractTest::deadBeforeMail)
                        .given(scene -> {
                            scene.upstream().fault(Moment.at(Stage.MAIL).nth(2).before(), scene.fault());
                            scene.gateway().onUpstreamClose(OnUpstreamClose.RECONNECT);
                        })
                        .without(HANG));
    }

    /** A hang shows in a command's being unanswered: row 6. */
    private static List<ContractRow> inTransaction() {
        return List.of(
                new ContractRow("row 5, after MAIL", scene -> open(scene, "MAIL FROM:<a@example.org>"))
                        .withoutReplay()
                        .without(HANG),
                new ContractRow(
                                "row 5, after RCPT",
                                scene -> open(scene, "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>"))
                        .withoutReplay()
                        .without(HANG),
                // Without a kept connection there is nothing to replace, and the next MAIL is row 3.
                new ContractRow("row 5, no other connection to be had", ClosureContractTest::irreplaceable)
                        .only(Pooling.SESSION)
                        .withoutReplay()
                        .without(HANG)
                        .clientInTlsToo(),
                new ContractRow("row 6, MAIL", scene -> unanswered(scene, Stage.MAIL, 0)).withoutReplay(),
                new ContractRow("row 6, RCPT", scene -> unanswered(scene, Stage.RCPT, 1)).withoutReplay(),
                new ContractRow("row 6, DATA", scene -> unanswered(scene, Stage.DATA, 3)).withoutReplay());
    }

    private static List<ContractRow> inData() {
        return List.of(
                new ContractRow("row 7, below discard-limit", ClosureContractTest::belowDiscardLimit)
                        .given(ContractScene::faultInContent),
                new ContractRow("row 7, past discard-limit", ClosureContractTest::pastDiscardLimit)
                        .given(scene -> {
                            scene.discardLimit(200_000);
                            scene.faultInContent();
                        })
                        .clientInTlsToo(),
                new ContractRow("row 8", ClosureContractTest::notConfirmed),
                new ContractRow("row 8, QUIT behind the data", ClosureContractTest::notConfirmedBeforeQuit)
                        .clientInTlsToo());
    }

    /** What differs is who is owed how many replies; the wire and the pool are the same. */
    private static List<ContractRow> overLmtp() {
        return Stream.of(
                        new ContractRow(
                                        "row 5 over LMTP",
                                        scene -> open(scene, "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>"))
                                .withoutReplay()
                                .without(HANG),
                        new ContractRow("row 6 over LMTP, RCPT", scene -> unanswered(scene, Stage.RCPT, 1))
                                .withoutReplay(),
                        new ContractRow("row 6 over LMTP, DATA", scene -> unanswered(scene, Stage.DATA, 3))
                                .withoutReplay(),
                        new ContractRow("row 7 over LMTP", ClosureContractTest::belowDiscardLimit)
                                .given(ContractScene::faultInContent),
                        new ContractRow("row 8 over LMTP", ClosureContractTest::notConfirmed))
                .map(row -> row.overLmtp().only(Transport.PLAIN))
                .toList();
    }

    private static List<ContractRow> gatewaysOwn() {
        return List.of(
                new ContractRow("row 9", ClosureContractTest::resetAndNoop),
                // With session pooling a closure that can be seen has ended the idle session before: row 2.
                new ContractRow("row 10, idle", ClosureContractTest::quitIdle)
                        .given(ContractScene::patientWithUpstream)
                        .only(Pooling.TRANSACTION)
                        .clientInTlsToo(),
                new ContractRow("row 10, in a transaction", ClosureContractTest::quitInTransaction)
                        .given(ContractScene::patientWithUpstream)
                        .clientInTlsToo(),
                new ContractRow("row 10, behind an unanswered MAIL", ClosureContractTest::quitBehindMail)
                        .withoutReplay(),
                new ContractRow("row 11", ClosureContractTest::ownQuit).given(ContractScene::oneTransactionEach));
    }

    /** The first trial meets the fault, wherever on its way to the upstream's answer. */
    private static List<ContractRow> loggingIn() {
        return List.of(
                        new ContractRow("row 12, before the greeting", scene -> loggingIn(scene, Stage.ACCEPT))
                                .only(Transport.PLAIN, Transport.STARTTLS)
                                .without(TLS_FAULTS),
                        new ContractRow("row 12, before the TLS handshake", scene -> loggingIn(scene, Stage.ACCEPT))
                                .only(Transport.IMPLICIT_TLS)
                                .without(Fault.REPLY_421, Fault.REPLY_221),
                        new ContractRow("row 12, at the greeting", scene -> loggingIn(scene, Stage.GREETING)),
                        new ContractRow("row 12, at STARTTLS", scene -> loggingIn(scene, Stage.STARTTLS))
                                .only(Transport.STARTTLS),
                        new ContractRow("row 12, at EHLO", scene -> loggingIn(scene, Stage.EHLO)),
                        new ContractRow("row 12, at AUTH", scene -> loggingIn(scene, Stage.AUTH)))
                .stream()
                .map(ContractRow::whereUpstreamJudges)
                .toList();
    }

    private static void unleased(ContractScene scene) {
        scene.sendMessage();
        scene.upstreamGoesAway();
        scene.client().expectOpen();
        scene.client().send("NOOP").expect(250, "2.0.0");
        scene.sendMessage();
        scene.quit();
    }

    private static void idle(ContractScene scene, int code, String status) {
        scene.sendMessage();
        scene.upstreamGoesAway();
        scene.client().expect(code, status);
        scene.client().expectCleanEnd();
    }

    private static void connecting(ContractScene scene, Stage stage) {
        scene.upstream().fault(Moment.at(stage), scene.fault());
        scene.client().pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA");
        scene.client().expect(451, "4.4.1");
        scene.expectOutOfOrder(2);
        scene.outcome("deferred", 1);
        scene.sendMessage();
        scene.quit();
    }

    private static void loggingIn(ContractScene scene, Stage stage) {
        scene.upstream().fault(Moment.at(stage), scene.fault());
        scene.client().sendAuthPlain(USER, PASSWORD).expect(454, "4.7.0");
        scene.client().send("NOOP").expect(250, "2.0.0");
        scene.client().send("MAIL FROM:<a@example.org>").expect(530, "5.7.0");
        scene.client().sendAuthPlain(USER, PASSWORD).expect(235, "2.7.0");
        scene.sendMessage();
        scene.sendMessage();
        scene.quit();
    }

    private static void deadAtMail(ContractScene scene, Runnable secondMessage) {
        scene.sendMessage();
        scene.upstream().fault(scene.upstream().next(Stage.MAIL), scene.fault());
        secondMessage.run();
        scene.quit();
    }

    private static void deadBeforeMail(ContractScene scene) {
        scene.sendTwoMessagesPipelined();
        scene.quit();
    }

    private static void open(ContractScene scene, String... commands) {
        scene.inTransaction(commands);
        scene.upstreamGoesAway();
        scene.client().expectOpen();
        scene.client().pipeline("RCPT TO:<c@example.org>", "RCPT TO:<d@example.org>", "DATA");
        scene.client().expect(451, "4.4.2");
        scene.expectOutOfOrder(2);
        scene.outcome("deferred", 1);
        scene.sendMessage();
        scene.quit();
    }

    private static void irreplaceable(ContractScene scene) {
        scene.inTransaction("MAIL FROM:<a@example.org>");
        // It keeps its port: another cell's upstream, at work beside this one, could be given a port that is free.
        scene.upstream().fault(Moment.at(Stage.GREETING).always(), Fault.RST);
        scene.upstreamGoesAway();
        scene.client().send("RCPT TO:<b@example.org>").expect(451, "4.4.2");
        scene.client().send("MAIL FROM:<a@example.org>").expect(451, "4.4.1");
        scene.client().expect(421, "4.4.2");
        scene.client().expectCleanEnd();
        scene.outcome("deferred", 2);
    }

    private static void unanswered(ContractScene scene, Stage stage, int answered) {
        scene.upstream().fault(Moment.at(stage), scene.fault());
        scene.client()
                .pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "RCPT TO:<c@example.org>", "DATA");
        for (int reply = 0; reply < answered; reply++) {
            scene.client().expect(250);
        }
        scene.client().expect(451, "4.4.2");
        scene.expectOutOfOrder(3 - answered);
        scene.outcome("deferred", 1);
        scene.sendMessage();
        scene.quit();
    }

    private static void belowDiscardLimit(ContractScene scene) {
        scene.loseUpstreamInContent();
        scene.client().expectOpen();
        scene.client().sendRaw("MAIL FROM:<not@a.command>\r\n.\r\n").expect(451, "4.4.2");
        scene.sendMessage();
        scene.quit();
    }

    private static void pastDiscardLimit(ContractScene scene) {
        scene.loseUpstreamInContent();
        scene.client().sendRaw("More and more.\r\n".repeat(20_000));
        scene.client().expect(421, "4.4.2");
        scene.client().expectCleanEnd();
    }

    private static void notConfirmed(ContractScene scene) {
        scene.upstream().fault(Moment.at(Stage.END_OF_DATA), scene.fault());
        scene.client().transaction("a@example.org", "b@example.org", "X-Test-Id: lost\r\n\r\nHello\r\n");
        scene.expectNotConfirmed();
        scene.sendMessage();
        scene.quit();
    }

    private static void notConfirmedBeforeQuit(ContractScene scene) {
        scene.upstream().fault(Moment.at(Stage.END_OF_DATA), scene.fault());
        scene.client().mail("a@example.org").rcpt("b@example.org").data();
        scene.client().sendRaw("X-Test-Id: lost\r\n\r\nHello\r\n.\r\nQUIT\r\n").halfClose();
        scene.expectNotConfirmed();
        scene.client().expect(221, "2.0.0");
        scene.client().expectCleanEnd();
    }

    private static void resetAndNoop(ContractScene scene) {
        scene.inTransaction("MAIL FROM:<a@example.org>");
        scene.upstreamGoesAway();
        scene.client().pipeline("NOOP", "RSET", "NOOP");
        for (int reply = 0; reply < 3; reply++) {
            scene.client().expect(250, "2.0.0");
        }
        scene.outcome("aborted", 1);
        if (scene.cell().keepsItsConnection() && scene.fault() == HANG) {
            // The kept connection did not answer RSET either, which only the next MAIL shows: row 6.
            scene.client().send("MAIL FROM:<a@example.org>").expect(451, "4.4.2");
            scene.outcome("deferred", 1);
        }
        scene.sendMessage();
        scene.quit();
    }

    private static void quitIdle(ContractScene scene) {
        scene.sendMessage();
        scene.upstreamGoesAway();
        scene.quit();
    }

    private static void quitInTransaction(ContractScene scene) {
        scene.inTransaction("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>");
        scene.upstreamGoesAway();
        scene.quit();
        scene.outcome("aborted", 1);
    }

    private static void quitBehindMail(ContractScene scene) {
        scene.upstream().fault(Moment.at(Stage.MAIL), scene.fault());
        scene.client().pipeline("MAIL FROM:<a@example.org>", "QUIT").expect(451, "4.4.2");
        scene.client().expect(221, "2.0.0");
        scene.client().expectCleanEnd();
        scene.outcome("deferred", 1);
    }

    private static void ownQuit(ContractScene scene) {
        scene.upstream().fault(Moment.at(Stage.QUIT), scene.fault());
        scene.sendMessage();
        if (scene.cell().keepsItsConnection()) {
            scene.quit();
            scene.reconnect();
        }
        scene.upstream().awaitStage(Stage.QUIT, 1, ContractScene.SOON);
        scene.client().expectOpen();
        scene.sendMessage();
        scene.quit();
    }
}
