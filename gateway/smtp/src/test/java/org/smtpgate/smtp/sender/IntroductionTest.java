package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.smtp.sender.Upstream.DATA;
import static org.smtpgate.smtp.sender.Upstream.MAIL;
import static org.smtpgate.smtp.sender.Upstream.RCPT;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Peer;
import org.smtpgate.smtp.Verb;
import org.smtpgate.smtp.sender.Introduction.Xclient;

/** An upstream is told whose each message is, and never takes one client for another. */
class IntroductionTest {
    private static final String XCLIENT = "XCLIENT NAME ADDR PORT PROTO HELO LOGIN";
    private static final Peer ANNA = peer("192.0.2.1", "anna@example.org");
    private static final Peer BOB = peer("192.0.2.2", "bob");
    private static final Peer NOBODY = peer("192.0.2.3", null);

    // XCLIENT

    @Test
    void mailAndWhatIsBehindItWaitUntilXclientAndTheNewEhloAreOver() {
        Upstream upstream = Upstream.ready(XCLIENT, "PIPELINING");

        upstream.isTold(xclient(ANNA, Xclient.REFUSE)).isSent(MAIL, RCPT, DATA);
        assertThat(upstream.seen())
                .containsExactly("XCLIENT NAME=[UNAVAILABLE] PROTO=ESMTP HELO=client.test"
                        + " LOGIN=anna@example.org PORT=4711 ADDR=192.0.2.1");
        assertThat(upstream.says("220 again\r\n").seen()).containsExactly("EHLO gate");
        assertThat(upstream.session.reusable()).isFalse();
        upstream.says("250-mx\r\n250-XCLIENT ADDR\r\n250 PIPELINING\r\n");
        assertThat(upstream.seen()).containsExactly("MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA");
    }

    @Test
    void itBeginsBeforeMailIsThereAndIsOverWithWhatIsOfferedToTheClient() {
        Upstream upstream = Upstream.ready(XCLIENT, "DSN").isTold(xclient(ANNA, Xclient.REFUSE));
        assertThat(upstream.seen()).hasSize(1);

        upstream.says("220 again\r\n").seen();
        assertThat(upstream.xclientOver()).isFalse();
        upstream.says("250-mx\r\n250 " + XCLIENT + "\r\n");
        assertThat(upstream.xclientOver()).isTrue();
        assertThat(upstream.session.capabilities().has(Extension.DSN)).isFalse();
        assertThat(upstream.isSent(MAIL).seen()).containsExactly("MAIL FROM:<a@b>");
    }

    @ParameterizedTest
    @CsvSource({"XCLIENT ADDR, true", "PIPELINING, false"})
    void itIsOverTooWhenItIsDoneWithout(String keyword, boolean offered) {
        Upstream upstream = Upstream.ready(keyword).isTold(xclient(ANNA, Xclient.IGNORE));
        assertThat(upstream.xclientOver()).isEqualTo(!offered);

        if (offered) {
            upstream.says("550 no\r\n");
        }
        assertThat(upstream.xclientOver()).isTrue();
        assertThat(upstream.session.reusable()).isTrue();
    }

    @Test
    void withoutPipeliningTheyGoOneByOneBehindIt() {
        Upstream upstream = Upstream.ready(XCLIENT);

        upstream.isTold(xclient(ANNA, Xclient.REFUSE)).isSent(MAIL, RCPT);
        upstream.says("220 again\r\n").seen();
        assertThat(upstream.says("250-mx\r\n250 " + XCLIENT + "\r\n").seen()).containsExactly("MAIL FROM:<a@b>");
        assertThat(upstream.says("250 ok\r\n").seen()).containsExactly("(MAIL: 250)", "RCPT TO:<c@d>");
    }

    @Test
    void whoLogsInLogsInAgainAndDoesNotTellTheLogin() {
        Upstream upstream =
                loggedIn(XCLIENT).isTold(xclient(ANNA, Xclient.REFUSE)).isSent(MAIL);
        assertThat(upstream.seen())
                .containsExactly("XCLIENT NAME=[UNAVAILABLE] PROTO=ESMTP HELO=client.test PORT=4711 ADDR=192.0.2.1");

        upstream.says("220 again\r\n").says("250-mx\r\n250-AUTH PLAIN\r\n250 " + XCLIENT + "\r\n");
        assertThat(upstream.seen()).containsExactly("EHLO gate", "(log in by [PLAIN])");
        assertThat(upstream.logsIn("PLAIN", new byte[0], true).seen()).containsExactly("AUTH PLAIN =");
        assertThat(upstream.says("235 ok\r\n").seen()).containsExactly("(logged in)", "MAIL FROM:<a@b>");
    }

    @Test
    void theSameClientIsNotToldTwiceAndAnotherOneIs() {
        Upstream upstream = toldAnna();

        assertThat(upstream.isTold(xclient(ANNA, Xclient.REFUSE)).isSent(MAIL).seen())
                .containsExactly("MAIL FROM:<a@b>");
        upstream.says("550 no\r\n").seen();
        assertThat(upstream.isTold(xclient(BOB, Xclient.REFUSE)).isSent(MAIL).seen())
                .containsExactly("XCLIENT NAME=[UNAVAILABLE] PROTO=ESMTP HELO=client.test LOGIN=bob"
                        + " PORT=4711 ADDR=192.0.2.2");
    }

    @Test
    void whoIsNotLoggedInTakesTheLoginOfTheOneBeforeAway() {
        assertThat(toldAnna()
                        .isTold(xclient(NOBODY, Xclient.REFUSE))
                        .isSent(MAIL)
                        .seen()
                        .get(0))
                .contains(" LOGIN=[UNAVAILABLE] ");
    }

    @ParameterizedTest
    @CsvSource({"IGNORE, 501", "IGNORE, 550", "IGNORE, 451"})
    void aRefusedXclientIsDoneWithoutIfThatIsAllowed(Xclient fallback, int code) {
        Upstream upstream =
                Upstream.ready(XCLIENT).isTold(xclient(ANNA, fallback)).isSent(MAIL);
        upstream.seen();

        upstream.says(code + " no\r\n");

        assertThat(upstream.seen()).containsExactly("(no XCLIENT: " + code + ")", "MAIL FROM:<a@b>");
        assertThat(upstream.says("250 ok\r\n").seen()).containsExactly("(MAIL: 250)");
    }

    @ParameterizedTest
    @CsvSource({
        "501, INTRODUCTION",
        "550, INTRODUCTION",
        "421, REPLY_421",
        "221, REPLY_221",
        "354, PROTOCOL",
        "334, PROTOCOL"
    })
    void aRefusedXclientLosesTheConnectionElseAndNotABytesOfTheMailIsWritten(int code, Loss.Kind kind) {
        Upstream upstream = Upstream.ready(XCLIENT, "PIPELINING")
                .isTold(xclient(ANNA, Xclient.REFUSE))
                .isSent(MAIL, RCPT);
        upstream.seen();

        assertThat(upstream.says(code + " no\r\n").seen()).containsExactly("(lost: " + kind + ")");
        assertThat(upstream.loss().reply().code()).isEqualTo(code);
    }

    @Test
    void anUpstreamThatDoesNotOfferItIsDoneWithoutOrNotUsed() {
        assertThat(Upstream.ready()
                        .isTold(xclient(ANNA, Xclient.IGNORE))
                        .isSent(MAIL)
                        .seen())
                .containsExactly("(no XCLIENT)", "MAIL FROM:<a@b>");
        assertThat(Upstream.ready()
                        .isTold(xclient(ANNA, Xclient.REFUSE))
                        .isSent(MAIL)
                        .seen())
                .containsExactly("(lost: INTRODUCTION)");
    }

    @Test
    void oncePartOfItWasTakenNothingIsDoneWithout() {
        String helo = "h".repeat(250);
        Peer wide = new Peer("2001:db8::1", 25, "192.0.2.9", 587, helo, true, null, "l".repeat(250));
        Upstream upstream =
                Upstream.ready(XCLIENT).isTold(xclient(wide, Xclient.IGNORE)).isSent(MAIL);
        assertThat(upstream.seen()).containsExactly("XCLIENT NAME=[UNAVAILABLE] PROTO=ESMTP HELO=" + helo);

        upstream.says("220 again\r\n");
        assertThat(upstream.seen())
                .containsExactly("XCLIENT LOGIN=" + "l".repeat(250) + " PORT=25 ADDR=IPV6:2001:db8::1");
        assertThat(upstream.says("550 no more\r\n").seen()).containsExactly("(lost: INTRODUCTION)");
    }

    /** Postfix allows it again and again; where the right is gone with the first ADDR, a connection serves one client. */
    @ParameterizedTest
    @CsvSource({"IGNORE, 250 mx", "REFUSE, 250 mx", "IGNORE, 250-mx_250 XCLIENT NAME ADDR PORT PROTO HELO"})
    void aConnectionThatKnowsTheOneBeforeAndCannotBeToldAnotherIsNotUsed(Xclient fallback, String ehlo) {
        Upstream upstream =
                Upstream.ready(XCLIENT).isTold(xclient(ANNA, fallback)).isSent(MAIL);
        upstream.says("220 again\r\n").says(ehlo.replace("_", "\r\n") + "\r\n");
        upstream.says("550 no\r\n").seen();
        assertThat(upstream.session.reusable()).isTrue();

        assertThat(upstream.isTold(xclient(BOB, fallback)).isSent(MAIL).seen()).containsExactly("(lost: INTRODUCTION)");
    }

    @Test
    void xclientWaitsForWhatIsOwed() {
        Upstream upstream = Upstream.ready(XCLIENT, "PIPELINING").isSent(MAIL).says("250 ok\r\n");
        upstream.seen();

        upstream.isSent(new Command.Plain(Verb.RSET))
                .isTold(xclient(ANNA, Xclient.REFUSE))
                .isSent(MAIL, RCPT);
        assertThat(upstream.seen()).containsExactly("RSET");
        assertThat(upstream.says("250 ok\r\n").seen())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("XCLIENT ");
    }

    @Test
    void afterXclientAFailedEhloOrLoginLosesTheConnection() {
        Upstream upstream =
                Upstream.ready(XCLIENT).isTold(xclient(ANNA, Xclient.IGNORE)).isSent(MAIL);
        upstream.says("220 again\r\n").says("451 no\r\n");
        assertThat(upstream.loss().kind()).isEqualTo(Loss.Kind.HANDSHAKE);

        Upstream second =
                loggedIn(XCLIENT).isTold(xclient(ANNA, Xclient.IGNORE)).isSent(MAIL);
        second.says("220 again\r\n").says("250 mx\r\n");
        assertThat(second.loss().kind()).isEqualTo(Loss.Kind.AUTHENTICATION);
        assertThat(second.seen()).doesNotContain("MAIL FROM:<a@b>");
    }

    // XFORWARD

    @Test
    void xforwardGoesBeforeEachMailInTheSameGroup() {
        Upstream upstream = Upstream.ready("XFORWARD NAME ADDR PROTO HELO IDENT SOURCE", "PIPELINING");

        upstream.isTold(xforward(ANNA)).isSent(MAIL, RCPT);
        String line = "XFORWARD NAME=[UNAVAILABLE] PROTO=ESMTP HELO=client.test IDENT=s1 SOURCE=REMOTE ADDR=192.0.2.1";
        assertThat(upstream.seen()).containsExactly(line, "MAIL FROM:<a@b>", "RCPT TO:<c@d>");
        assertThat(upstream.says("250 ok\r\n250 ok\r\n550 no\r\n").seen())
                .containsExactly("(MAIL: 250)", "(RCPT: 550)");
        upstream.isSent(new Command.Plain(Verb.RSET)).says("250 ok\r\n").seen();
        assertThat(upstream.isTold(xforward(ANNA)).isSent(MAIL).seen()).containsExactly(line, "MAIL FROM:<a@b>");
    }

    @Test
    void withoutPipeliningMailWaitsForItsReply() {
        Upstream upstream =
                Upstream.ready("XFORWARD ADDR").isTold(xforward(ANNA)).isSent(MAIL, RCPT);

        assertThat(upstream.seen()).containsExactly("XFORWARD ADDR=192.0.2.1");
        assertThat(upstream.says("250 ok\r\n").seen()).containsExactly("MAIL FROM:<a@b>");
    }

    @ParameterizedTest
    @CsvSource({"501, MAIL: 250", "421, lost: REPLY_421", "354, lost: PROTOCOL", "221, lost: REPLY_221"})
    void aRefusedXforwardIsDoneWithout(int code, String then) {
        Upstream upstream = Upstream.ready("XFORWARD ADDR", "PIPELINING")
                .isTold(xforward(ANNA))
                .isSent(MAIL);
        upstream.seen();

        upstream.says(code + " no\r\n250 ok\r\n");

        assertThat(upstream.seen()).endsWith("(" + then + ")").hasSize(code == 501 ? 2 : 1);
    }

    @Test
    void anUpstreamThatKnowsNoXforwardGetsNone() {
        assertThat(Upstream.ready().isTold(xforward(ANNA)).isSent(MAIL).seen())
                .containsExactly("(no XFORWARD)", "MAIL FROM:<a@b>");
    }

    @Test
    void bothMayBeSaid() {
        Upstream upstream = Upstream.ready(XCLIENT, "XFORWARD ADDR", "PIPELINING");

        upstream.isTold(new Introduction(BOB, "s1", Xclient.REFUSE, true, false))
                .isSent(MAIL);
        upstream.says("220 again\r\n").seen();
        upstream.says("250-mx\r\n250-PIPELINING\r\n250 XFORWARD PORT\r\n");

        assertThat(upstream.seen()).containsExactly("XFORWARD PORT=4711", "MAIL FROM:<a@b>");
    }

    // MAIL AUTH=

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "anna@example.org, anna@example.org",
                "anna+x=y@example.org, anna+2Bx+3Dy@example.org",
                "anna, <>",
                "-, <>",
                "a b@example.org, <>",
                "<@>, <>"
            })
    void mailSaysWhoSubmittedWhereTheUpstreamTrustsUs(String login, String spelled) {
        Introduction introduction = new Introduction(peer("192.0.2.1", login), "s1", Xclient.OFF, false, true);

        assertThat(loggedIn("SIZE").isTold(introduction).isSent(MAIL).seen())
                .containsExactly("MAIL FROM:<a@b> AUTH=" + spelled);
        assertThat(Upstream.ready("AUTH PLAIN")
                        .isTold(introduction)
                        .isSent(MAIL)
                        .seen())
                .containsExactly("MAIL FROM:<a@b>");
    }

    private static Introduction xclient(Peer peer, Xclient fallback) {
        return new Introduction(peer, "s1", fallback, false, false);
    }

    private static Introduction xforward(Peer peer) {
        return new Introduction(peer, "s1", Xclient.OFF, true, false);
    }

    private static Peer peer(String address, String login) {
        return new Peer(address, 4711, "192.0.2.99", 587, "client.test", true, null, login);
    }

    private static Upstream toldAnna() {
        Upstream upstream = Upstream.ready(XCLIENT)
                .isTold(xclient(ANNA, Xclient.REFUSE))
                .isSent(MAIL)
                .says("220 again\r\n")
                .says("250-mx\r\n250 " + XCLIENT + "\r\n")
                .says("550 no\r\n");
        upstream.seen();
        return upstream;
    }

    private static Upstream loggedIn(String keyword) {
        Upstream upstream = new Upstream(Handshake.plain("gate").withLogin())
                .says("220 mx\r\n")
                .says("250-mx\r\n250-AUTH PLAIN\r\n250 " + keyword + "\r\n")
                .logsIn("PLAIN", new byte[0], true)
                .says("235 ok\r\n");
        upstream.seen();
        return upstream;
    }
}
