package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.smtp.sender.Upstream.DATA;
import static org.smtpgate.smtp.sender.Upstream.MAIL;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Peer;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Verb;

/** An LMTP server greets by LHLO and answers the content for each recipient (RFC 2033). */
class LmtpTest {
    private static final Command RSET = new Command.Plain(Verb.RSET);

    // The handshake

    @Test
    void lhloStandsInThePlaceOfEachEhlo() {
        Upstream upstream = new Upstream(Handshake.startTls("gate").overLmtp());

        upstream.says("220 mx LMTP\r\n").says("250-mx\r\n250 STARTTLS\r\n").says("220 go\r\n");
        upstream.session.tlsStarted();
        upstream.pump().says("250-mx\r\n250 PIPELINING\r\n");

        assertThat(upstream.seen()).containsExactly("LHLO gate", "STARTTLS", "(TLS)", "LHLO gate", "(ready)");
        assertThat(upstream.session.capabilities().lines()).containsExactly("PIPELINING");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 550, 450})
    void aServerThatRefusesLhloIsNotTriedWithHelo(int code) {
        Upstream upstream = new Upstream(Handshake.plain("gate").overLmtp());

        upstream.says("220 mx\r\n").says(code + " what\r\n");

        assertThat(upstream.seen()).containsExactly("LHLO gate", "(lost: HANDSHAKE)");
    }

    @Test
    void xclientIsFollowedByLhlo() {
        Peer peer = new Peer("192.0.2.1", 1, "192.0.2.2", 2, "h", true, null, null);
        Upstream upstream = Upstream.readyOverLmtp("XCLIENT ADDR", "PIPELINING")
                .isTold(new Introduction(peer, "s1", Introduction.Xclient.REFUSE, false, false))
                .isSent(MAIL);

        upstream.says("220 mx\r\n").says("250-mx\r\n250 PIPELINING\r\n");

        assertThat(upstream.seen()).containsExactly("XCLIENT ADDR=192.0.2.1", "LHLO gate", "MAIL FROM:<a@b>");
    }

    // How many replies are due

    @Test
    void theAnswerWaitsForTheReplyOfTheLastRecipientThatWasAccepted() {
        Upstream upstream = atEnd("250", "550", "251", "450", "252");

        upstream.says("250 one\r\n250 two\r\n");
        assertThat(upstream.seen()).isEmpty();
        assertThat(upstream.session.awaiting()).isEqualTo(Stage.END_OF_DATA);
        assertThat(upstream.session.reusable()).isFalse();

        upstream.says("250 three\r\n");
        assertThat(upstream.answer()).isEqualTo(new Reply(250, List.of("three")));
        assertThat(upstream.session.awaiting()).isNull();
        assertThat(upstream.session.reusable()).isTrue();
    }

    @Test
    void oneReplyTooManyIsAProtocolError() {
        Upstream upstream = atEnd("250", "550");

        upstream.says("250 one\r\n250 two\r\n");

        assertThat(upstream.seen()).containsExactly("(END_OF_DATA: 250)", "(lost: PROTOCOL)");
    }

    @Test
    void anAddressThatIsGivenTwiceIsAnsweredTwice() {
        Upstream upstream = Upstream.readyOverLmtp("PIPELINING").isSent(MAIL, rcpt("c@d"), rcpt("c@d"), DATA);
        upstream.says("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n").session.contentEnded();
        upstream.seen();

        assertThat(upstream.says("250 ok\r\n").seen()).isEmpty();
        assertThat(upstream.says("250 ok\r\n").seen()).containsExactly("(END_OF_DATA: 250)");
    }

    @Test
    void eachTransactionCountsItsOwnRecipients() {
        Upstream upstream = atEnd("250", "250", "250");
        upstream.says("250 ok\r\n450 no\r\n250 ok\r\n");
        upstream.seen();

        upstream.isSent(MAIL, rcpt("e@f"), DATA).says("250 ok\r\n250 ok\r\n354 go\r\n");
        upstream.session.contentEnded();
        upstream.seen();
        upstream.says("250 second\r\n");

        assertThat(upstream.answer()).isEqualTo(new Reply(250, List.of("second")));
    }

    @Test
    void recipientsBeforeARsetDoNotCount() {
        Upstream upstream = Upstream.readyOverLmtp("PIPELINING");
        upstream.isSent(MAIL, rcpt("c@d"), rcpt("e@f"), RSET, MAIL, rcpt("g@h"), DATA)
                .says("250 ok\r\n250 ok\r\n250 ok\r\n250 reset\r\n250 ok\r\n250 ok\r\n354 go\r\n");
        upstream.session.contentEnded();
        upstream.seen();

        upstream.says("550 no\r\n");

        assertThat(upstream.answer().lines()).first().asString().contains("<g@h>: 550 no");
    }

    @Test
    void aRefusedMailDoesNotCountTheRecipientsBehindIt() {
        Upstream upstream = Upstream.readyOverLmtp("PIPELINING");
        upstream.isSent(MAIL, rcpt("c@d")).says("550 no\r\n503 no\r\n");
        upstream.isSent(MAIL, rcpt("e@f"), DATA).says("250 ok\r\n250 ok\r\n354 go\r\n");
        upstream.session.contentEnded();
        upstream.seen();

        assertThat(upstream.says("250 ok\r\n").seen()).containsExactly("(END_OF_DATA: 250)");
    }

    @Test
    void dataWithoutRecipientsIsRefusedByTheServer() {
        Upstream upstream = Upstream.readyOverLmtp("PIPELINING").isSent(MAIL, rcpt("c@d"), DATA);
        upstream.seen();

        upstream.says("250 ok\r\n550 no\r\n503 no valid recipients\r\n");

        assertThat(upstream.seen()).containsExactly("(MAIL: 250)", "(RCPT: 550)", "(DATA: 503)");
    }

    @Test
    void aServerThatTakesContentForNobodyBreaksTheProtocol() {
        Upstream upstream = Upstream.readyOverLmtp("PIPELINING").isSent(MAIL, rcpt("c@d"), DATA);
        upstream.seen();

        upstream.says("250 ok\r\n550 no\r\n354 go\r\n");

        assertThat(upstream.seen()).containsExactly("(MAIL: 250)", "(RCPT: 550)", "(lost: PROTOCOL)");
    }

    @Test
    void overSmtpThereIsOneReplyHoweverManyRecipients() {
        Upstream upstream = Upstream.ready("PIPELINING").isSent(MAIL, rcpt("c@d"), rcpt("e@f"), DATA);
        upstream.says("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n").session.contentEnded();
        upstream.seen();

        assertThat(upstream.says("250 ok\r\n").seen()).containsExactly("(END_OF_DATA: 250)");
    }

    // What ends the connection

    @ParameterizedTest
    @CsvSource({
        "421 4.3.2 going down, REPLY_421",
        "221 2.0.0 bye, REPLY_221",
        "251 odd, PROTOCOL",
        "354 odd, PROTOCOL",
        "garbage, PROTOCOL"
    })
    void whatIsNoAnswerForARecipientIsALossWhateverTheOthersWereTold(String line, Loss.Kind kind) {
        assertThat(atEnd("250", "250").says("250 ok\r\n" + line + "\r\n").seen())
                .containsExactly("(lost: " + kind + ")");
        assertThat(atEnd("250", "250").says(line + "\r\n250 ok\r\n").seen()).containsExactly("(lost: " + kind + ")");
    }

    @Test
    void aClosureBetweenTwoRepliesIsALoss() {
        Upstream upstream = atEnd("250", "250").says("250 ok\r\n");

        upstream.session.closed(Loss.Kind.FIN, "closed");

        assertThat(upstream.pump().seen()).containsExactly("(lost: FIN)");
    }

    /** A transaction with as many recipients as replies to RCPT, whose content is sent; they are r0@d, r1@d and so on. */
    private static Upstream atEnd(String... rcptCodes) {
        Upstream upstream = Upstream.readyOverLmtp("PIPELINING").isSent(MAIL);
        StringBuilder replies = new StringBuilder("250 ok\r\n");
        for (int i = 0; i < rcptCodes.length; i++) {
            upstream.isSent(rcpt("r" + i + "@d"));
            replies.append(rcptCodes[i]).append(" x\r\n");
        }
        upstream.isSent(DATA).says(replies + "354 go\r\n");
        upstream.session.contentEnded();
        upstream.seen();
        return upstream;
    }

    static Command rcpt(String mailbox) {
        return new Command.Rcpt(new Address(mailbox));
    }
}
