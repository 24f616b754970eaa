package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.Transport;

/**
 * The "may" of the closure contract, cell by cell: before its content a transaction outlives its upstream connection if
 * another one accepts all that the client knows to be accepted; else rows 5 and 6 hold.
 */
@Execution(ExecutionMode.CONCURRENT)
class EnvelopeReplayTest {
    private static final List<String> ENVELOPE = FailoverScene.ENVELOPE;

    /** The points of an envelope at which its connection can be lost; {@code told} commands are answered by then. */
    private enum Point {
        MAIL_UNANSWERED(Moment.at(Stage.MAIL), 0),
        AFTER_MAIL(Moment.at(Stage.RCPT).before(), 1),
        RCPT_1_UNANSWERED(Moment.at(Stage.RCPT), 1),
        AFTER_RCPT_1(Moment.at(Stage.RCPT).nth(2).before(), 2),
        RCPT_2_UNANSWERED(Moment.at(Stage.RCPT).nth(2), 2),
        AFTER_RCPT_2(Moment.at(Stage.RCPT).nth(3).before(), 3),
        RCPT_3_UNANSWERED(Moment.at(Stage.RCPT).nth(3), 3),
        AFTER_RCPT_3(Moment.at(Stage.RCPT).nth(4).before(), 4),
        DATA_UNANSWERED(Moment.at(Stage.DATA), 4);

        private final Moment moment;
        private final int told;

        Point(Moment moment, int told) {
            this.moment = moment;
            this.told = told;
        }
    }

    /** One case: where, how and over what the first endpoint is lost, and how the client gives its envelope. */
    private record Cell(Point point, Fault fault, Transport transport, Pooling pooling, boolean pipelined) {
        private boolean isPossible() {
            boolean needsTls = fault == Fault.TLS_ABORT || fault == Fault.TLS_TRUNCATION;
            return transport != Transport.PLAIN || !needsTls;
        }

        FailoverScene scene() {
            FailoverScene scene = new FailoverScene(transport, pooling);
            scene.endpoint(1).fault(point.moment, fault);
            return scene;
        }

        /** How many replies the client reads before the one that has met the loss. */
        int told() {
            return point.told;
        }

        /** How many commands are left behind the one that has met it. */
        int rest() {
            return ENVELOPE.size() - point.told - 1;
        }

        void giveUpToLoss(FailoverScene scene) {
            if (pipelined) {
                scene.pipeline(0);
                scene.expectAccepted(0, point.told);
                return;
            }
            scene.give(0, point.told);
            if (point.moment.beforeCommand()) {
                scene.awaitLoss();
                // Who resets or quits now needs no other.
                assertThat(scene.connections()).isEqualTo(1);
            }
        }

        void expectRestAccepted(FailoverScene scene) {
            if (pipelined) {
                scene.expectAccepted(point.told, ENVELOPE.size());
            } else {
                scene.give(point.told, ENVELOPE.size());
            }
        }

        void expectRestDeferred(FailoverScene scene) {
            if (!pipelined) {
                scene.pipeline(point.told);
            }
            scene.expectDeferred(rest());
        }

        @Override
        public String toString() {
            String words = String.join(" | ", point.name(), fault.name(), transport.name(), pooling.name());
            return words.toLowerCase(Locale.ROOT).replace('_', ' ') + (pipelined ? " | pipelined" : "");
        }
    }

    static Stream<Cell> losses() {
        return Stream.of(Point.values())
                .flatMap(point -> EnumSet.complementOf(EnumSet.of(Fault.HANG)).stream()
                        .flatMap(fault -> Stream.of(Transport.PLAIN, Transport.IMPLICIT_TLS)
                                .flatMap(transport -> Stream.of(Pooling.values())
                                        .flatMap(pooling -> Stream.of(false, true)
                                                .map(pipelined ->
                                                        new Cell(point, fault, transport, pooling, pipelined))))))
                .filter(Cell::isPossible);
    }

    static Stream<Cell> lossesOfRecipients() {
        return losses().filter(cell -> cell.told() > 1 && !cell.pipelined());
    }

    static Stream<Cell> orderlyLosses() {
        return losses().filter(cell -> cell.fault() == Fault.EOF);
    }

    static Stream<Cell> orderlyLossesOfSenders() {
        return orderlyLosses().filter(cell -> cell.told() > 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void the_transaction_goes_on_elsewhere_unseen(Cell cell) {
        try (FailoverScene scene = cell.scene().start()) {
            cell.giveUpToLoss(scene);
            cell.expectRestAccepted(scene);
            scene.finishMessage();
            scene.client().quit();
            scene.assertThatItIsOnlyAt(2);
            scene.assertRetries(cell.told() == 0 ? "mail" : "envelope", 1, 0);
            scene.assertOutcome("accepted", 1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lossesOfRecipients")
    void rows_5_and_6_hold_where_a_recipient_is_refused_that_was_accepted(Cell cell) {
        expectRefusedReplay(cell, Moment.at(Stage.RCPT), "550 5.1.1 unknown here");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orderlyLossesOfSenders")
    void rows_5_and_6_hold_where_a_sender_is_refused_that_was_accepted(Cell cell) {
        expectRefusedReplay(cell, Moment.at(Stage.MAIL), "450 4.7.1 try later");
    }

    private static void expectRefusedReplay(Cell cell, Moment moment, String refusal) {
        try (FailoverScene scene = cell.scene()) {
            scene.endpoint(2).reply(moment, refusal);
            scene.start();
            cell.giveUpToLoss(scene);
            cell.expectRestDeferred(scene);
            scene.assertThatItIsNowhere();
            // Its connection is reset, where a transaction stands, and the session as good as new.
            scene.endpoint(2).awaitStage(Stage.RSET, moment.stage() == Stage.MAIL ? 0 : 1, FailoverScene.SOON);
            scene.give(0, ENVELOPE.size());
            scene.finishMessage();
            scene.client().quit();
            scene.assertThatItIsOnlyAt(2);
            scene.assertRetries("envelope", 0, 1);
            scene.assertOutcome("deferred", 1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orderlyLosses")
    void a_replay_that_is_lost_too_goes_on_at_the_third_endpoint(Cell cell) {
        try (FailoverScene scene = cell.scene()) {
            scene.endpoint(2).fault(Moment.at(cell.told() > 1 ? Stage.RCPT : Stage.MAIL), Fault.RST);
            scene.start();
            cell.giveUpToLoss(scene);
            cell.expectRestAccepted(scene);
            scene.finishMessage();
            scene.client().quit();
            scene.assertThatItIsOnlyAt(3);
            if (cell.told() == 0) {
                scene.assertRetries("mail", 2, 0);
            } else {
                scene.assertRetries("envelope", 1, 1);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orderlyLosses")
    void rows_5_and_6_hold_where_every_replay_is_lost(Cell cell) {
        try (FailoverScene scene = cell.scene()) {
            scene.endpoint(2).fault(Moment.at(Stage.MAIL), Fault.REPLY_421);
            scene.endpoint(3).fault(Moment.at(Stage.MAIL), Fault.RST);
            scene.start();
            cell.giveUpToLoss(scene);
            cell.expectRestDeferred(scene);
            assertThat(scene.connections()).isEqualTo(3);
            scene.client().expectOpen();
            scene.client().quit();
            scene.assertThatItIsNowhere();
            scene.assertOutcome("deferred", 1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("orderlyLosses")
    void rows_5_and_6_hold_where_there_is_no_other_connection(Cell cell) {
        try (FailoverScene scene = cell.scene()) {
            String refusal = "554 5.3.2 no service";
            scene.endpoint(1).reply(Moment.at(Stage.GREETING).nth(2), refusal);
            scene.endpoint(2).reply(Moment.at(Stage.GREETING), refusal);
            scene.endpoint(3).reply(Moment.at(Stage.GREETING), refusal);
            scene.start();
            cell.giveUpToLoss(scene);
            cell.expectRestDeferred(scene);
            if (cell.pooling() == Pooling.SESSION) {
                // The lease cannot be replaced.
                scene.client().expect(421, "4.4.2");
                scene.client().expectCleanEnd();
            } else {
                scene.client().expectOpen();
                scene.client().quit();
            }
            scene.assertThatItIsNowhere();
            scene.assertRetries(cell.told() == 0 ? "mail" : "envelope", 0, 1);
            scene.assertOutcome("deferred", 1);
        }
    }
}
