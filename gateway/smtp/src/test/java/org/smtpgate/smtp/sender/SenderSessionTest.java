package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.smtp.sender.Upstream.DATA;
import static org.smtpgate.smtp.sender.Upstream.MAIL;
import static org.smtpgate.smtp.sender.Upstream.RCPT;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;

class SenderSessionTest {
    private static final Command RSET = new Command.Plain(Verb.RSET);
    private static final Command QUIT = new Command.Plain(Verb.QUIT);

    // Commands and replies

    @Test
    void aGroupIsPipelinedAndItsRepliesAreMatchedInOrder() {
        Upstream upstream = Upstream.ready("PIPELINING");

        upstream.isSent(MAIL, RCPT, DATA);
        assertThat(upstream.seen()).containsExactly("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA");
        upstream.says("250 ok\r\n550 no\r\n554 nobody\r\n");
        assertThat(upstream.seen()).containsExactly("(MAIL: 250)", "(RCPT: 550)", "(DATA: 554)");
    }

    @Test
    void withoutPipeliningEachCommandIsHeldUntilTheOneBeforeIsAnswered() {
        Upstream upstream = Upstream.ready();

        upstream.isSent(MAIL, RCPT, DATA);
        assertThat(upstream.seen()).containsExactly("MAIL FROM:<a@b>");
        upstream.says("250 ok\r\n");
        assertThat(upstream.seen()).containsExactly("(MAIL: 250)", "RCPT TO:<c@d>");
        assertThat(upstream.session.reusable()).isFalse();
        upstream.says("550 no\r\n");
        assertThat(upstream.seen()).containsExactly("(RCPT: 550)", "DATA");
        upstream.says("354 go\r\n");
        assertThat(upstream.seen()).containsExactly("(DATA: 354)");
    }

    @Test
    void aTransactionBegunBehindAResetIsOpenWhenTheResetIsAnswered() {
        Upstream upstream = Upstream.ready("PIPELINING");
        upstream.isSent(MAIL, RSET, MAIL).says("250 ok\r\n250 flushed\r\n250 ok\r\n");

        assertThat(upstream.session.reusable()).isFalse();
        assertThat(upstream.isSent(RSET).says("250 flushed\r\n").session.reusable())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"MAIL, 250", "RCPT, 250", "RCPT, 251", "RCPT, 252", "DATA, 354", "END_OF_DATA, 250", "RSET, 250"})
    void theseAreSuccess(Stage stage, int code) {
        assertThat(awaiting(stage).says(code + " x\r\n").seen()).containsExactly("(" + stage + ": " + code + ")");
    }

    @ParameterizedTest
    @CsvSource({"MAIL, 450", "RCPT, 550", "DATA, 451", "END_OF_DATA, 452", "END_OF_DATA, 554", "RSET, 500"})
    void theseAreRefusals(Stage stage, int code) {
        assertThat(awaiting(stage).says(code + " x\r\n").seen()).containsExactly("(" + stage + ": " + code + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 251, PROTOCOL",
        "MAIL, 354, PROTOCOL",
        "MAIL, 220, PROTOCOL",
        "RCPT, 253, PROTOCOL",
        "RCPT, 334, PROTOCOL",
        "DATA, 250, PROTOCOL",
        "DATA, 355, PROTOCOL",
        "END_OF_DATA, 251, PROTOCOL",
        "END_OF_DATA, 220, PROTOCOL",
        "END_OF_DATA, 354, PROTOCOL",
        "RSET, 220, PROTOCOL",
        "MAIL, 221, REPLY_221",
        "RCPT, 221, REPLY_221",
        "DATA, 221, REPLY_221",
        "END_OF_DATA, 221, REPLY_221",
        "MAIL, 421, REPLY_421",
        "RCPT, 421, REPLY_421",
        "DATA, 421, REPLY_421",
        "END_OF_DATA, 421, REPLY_421",
        "RSET, 421, REPLY_421"
    })
    void nothingElseIsAnAnswerAndTheConnectionIsLost(Stage stage, int code, Loss.Kind kind) {
        Upstream upstream = awaiting(stage);

        assertThat(upstream.says(code + " x\r\n").seen()).containsExactly("(lost: " + kind + ")");
        assertThat(upstream.loss().reply().code()).isEqualTo(code);
        assertThat(upstream.loss().text()).contains(stage.name());
    }

    // What nobody asked for

    @ParameterizedTest
    @CsvSource({"250, PROTOCOL", "221, REPLY_221", "421, REPLY_421", "550, PROTOCOL", "354, PROTOCOL"})
    void aReplyToNothingLosesTheConnection(int code, Loss.Kind kind) {
        assertThat(Upstream.ready().says(code + " x\r\n").loss().kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "552, EARLY_REPLY",
        "451, EARLY_REPLY",
        "250, PROTOCOL",
        "354, PROTOCOL",
        "221, REPLY_221",
        "421, REPLY_421"
    })
    void aReplyBeforeTheEndOfTheContentIsNeverTheAnswerToIt(int code, Loss.Kind kind) {
        Upstream upstream = awaiting(Stage.CONTENT);
        assertThat(upstream.session.awaiting()).isEqualTo(Stage.CONTENT);

        assertThat(upstream.says(code + " x\r\n").loss().kind()).isEqualTo(kind);
    }

    @Test
    void theAnswerToTheContentPutOnTheWireWithThe354IsNone() {
        Upstream upstream = awaiting(Stage.DATA);

        upstream.says("354 go\r\n250 ok\r\n");

        assertThat(upstream.seen()).containsExactly("(DATA: 354)", "(lost: PROTOCOL)");
    }

    @Test
    void garbageLosesTheConnection() {
        assertThat(Upstream.ready().says("SSH-2.0\r\n250 ok\r\n").seen()).containsExactly("(lost: PROTOCOL)");
    }

    @Test
    void aReplyThatCameBeforeItsCommandWasSentIsNoAnswerToIt() {
        Upstream upstream = Upstream.ready().isSent(MAIL, RCPT);
        upstream.seen();

        upstream.says("250 ok\r\n250 ok\r\n");

        assertThat(upstream.seen()).containsExactly("(MAIL: 250)", "(lost: PROTOCOL)");
    }

    // Losses

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "FIN", "RST", "TIMEOUT", "TLS", "RETIRED"})
    void anEndFromOutsideIsALossOfItsKindAndNothingComesAfterIt(Loss.Kind kind) {
        Upstream upstream = awaiting(Stage.MAIL);

        upstream.session.closed(kind, "seen");
        upstream.pump();
        upstream.session.closed(Loss.Kind.RST, "again");
        upstream.says("250 ok\r\n").isSent(RCPT);
        upstream.session.tlsStarted();
        upstream.pump();

        assertThat(upstream.seen()).containsExactly("(lost: " + kind + ")");
        assertThat(upstream.session.reusable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"221 bye\r\n", "421 bye\r\n", "250 what\r\n", "500 no\r\n221 bye\r\n", "garbage\r\n"})
    void whateverComesAfterTheGatewaysOwnQuitIsARetirement(String wire) {
        Upstream upstream = Upstream.ready().isSent(QUIT);

        upstream.says(wire);
        upstream.session.closed(Loss.Kind.RST, "reset");
        upstream.pump();

        assertThat(upstream.loss().kind()).isEqualTo(Loss.Kind.RETIRED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"221 bye\r\n", "250 what\r\n", "451 not now\r\n", "500 no\r\n"})
    void anyReplyToQuitEndsTheConnectionForNothingElseWill(String wire) {
        Upstream upstream = Upstream.ready().isSent(QUIT);

        upstream.says(wire);

        assertThat(upstream.loss().kind()).isEqualTo(Loss.Kind.RETIRED);
    }

    @Test
    void aLossSaysWhatTheUpstreamSaid() {
        assertThat(awaiting(Stage.MAIL).says("421 4.3.2 going down\r\n").loss())
                .hasToString("REPLY_421 (while awaiting the reply to MAIL: 421 4.3.2 going down)");
    }

    // Reuse

    @Test
    void aConnectionIsReusableBetweenTransactionsOnly() {
        Upstream upstream = Upstream.ready("PIPELINING");
        SenderSession session = upstream.session;
        assertThat(session.reusable()).isTrue();
        assertThat(session.awaiting()).isNull();

        upstream.isSent(MAIL);
        assertThat(session.awaiting()).isEqualTo(Stage.MAIL);
        assertThat(session.reusable()).isFalse();
        upstream.says("250 ok\r\n");
        assertThat(session.reusable()).isFalse();
        upstream.isSent(RCPT, DATA).says("250 ok\r\n354 go\r\n");
        assertThat(session.reusable()).isFalse();
        session.contentEnded();
        assertThat(session.awaiting()).isEqualTo(Stage.END_OF_DATA);
        assertThat(session.reusable()).isFalse();
        upstream.says("250 queued\r\n");
        assertThat(session.reusable()).isTrue();
    }

    @Test
    void aRefusedMailOrMessageLeavesItReusableARefusedDataDoesNot() {
        assertThat(awaiting(Stage.MAIL).says("550 no\r\n").session.reusable()).isTrue();
        assertThat(awaiting(Stage.END_OF_DATA).says("550 no\r\n").session.reusable())
                .isTrue();
        assertThat(awaiting(Stage.DATA).says("554 no\r\n").session.reusable()).isFalse();
    }

    @Test
    void rsetMakesItReusableOnlyByIts250() {
        assertThat(awaiting(Stage.RSET).says("250 ok\r\n").session.reusable()).isTrue();
        assertThat(awaiting(Stage.RSET).says("502 no\r\n").session.reusable()).isFalse();
    }

    @Test
    void theReplyToARsetEndsNoTransactionThatWasBegunBehindIt() {
        Upstream upstream = Upstream.ready("PIPELINING").isSent(MAIL).says("250 ok\r\n");

        upstream.isSent(RSET, MAIL).says("250 ok\r\n");
        assertThat(upstream.session.reusable()).isFalse();
        upstream.says("250 ok\r\n");
        assertThat(upstream.session.reusable()).isFalse();
        assertThat(upstream.isSent(RSET).says("250 ok\r\n").session.reusable()).isTrue();
    }

    @Test
    void itIsNotReusableWhileAReplyIsCutInTwo() {
        Upstream upstream = Upstream.ready();

        upstream.says("421 bye");

        assertThat(upstream.session.reusable()).isFalse();
    }

    /** A session that has got as far as to await this. */
    private static Upstream awaiting(Stage stage) {
        Upstream upstream = Upstream.ready("PIPELINING").isSent(MAIL);
        if (stage != Stage.MAIL) {
            upstream.says("250 ok\r\n").isSent(stage == Stage.RSET ? RSET : RCPT);
        }
        if (stage == Stage.DATA || stage == Stage.CONTENT || stage == Stage.END_OF_DATA) {
            upstream.says("250 ok\r\n").isSent(DATA);
        }
        if (stage == Stage.CONTENT || stage == Stage.END_OF_DATA) {
            upstream.says("354 go\r\n");
        }
        if (stage == Stage.END_OF_DATA) {
            upstream.session.contentEnded();
        }
        upstream.seen();
        return upstream;
    }
}
