package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Octets;

/** The AUTH step of the handshake (RFC 4954): 235 alone is success, and nothing passes for it. */
class LoginTest {
    private static final byte[] NOTHING = {};

    @Test
    void theLoginComesBehindEhloWithWhatThatOffers() {
        Upstream upstream = new Upstream(Handshake.plain("gate").withLogin())
                .says("220 mx\r\n")
                .says("250-mx\r\n250-AUTH PLAIN scram-sha-256\r\n250 AUTH=LOGIN PLAIN\r\n");

        assertThat(upstream.seen()).containsExactly("EHLO gate", "(log in by [PLAIN, SCRAM-SHA-256, LOGIN])");
        assertThat(upstream.logsIn("PLAIN", Octets.of("\0a\0b"), true).seen()).containsExactly("AUTH PLAIN AGEAYg==");
        upstream.says("235 2.7.0 welcome\r\n");
        assertThat(upstream.seen()).containsExactly("(logged in)", "(ready)");
        assertThat(upstream.session.reusable()).isTrue();
    }

    @Test
    void theOldSpellingAloneIsAnOfferToo() {
        Upstream upstream = offering("AUTH=LOGIN PLAIN");

        assertThat(upstream.seen()).containsExactly("(log in by [LOGIN, PLAIN])");
    }

    @Test
    void underTlsOnlyTheSecondOfferCounts() {
        Upstream upstream = new Upstream(Handshake.startTls("gate").withLogin())
                .says("220 mx\r\n")
                .says("250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
        assertThat(upstream.seen()).containsExactly("EHLO gate", "STARTTLS");
        upstream.says("220 go\r\n").session.tlsStarted();
        upstream.pump().says("250-mx\r\n250 AUTH EXTERNAL\r\n");

        assertThat(upstream.seen()).containsExactly("(TLS)", "EHLO gate", "(log in by [EXTERNAL])");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PIPELINING", "AUTH", "AUTH="})
    void withoutAnOfferThereIsNoLogin(String keyword) {
        assertThat(offering(keyword).seen()).containsExactly("(lost: AUTHENTICATION)");
    }

    @Test
    void aServerThatKnowsNoEhloKnowsNoLogin() {
        Upstream upstream = new Upstream(Handshake.plain("gate").withLogin());

        upstream.says("220 mx\r\n").says("500 what\r\n").says("250 mx\r\n");

        assertThat(upstream.seen()).containsExactly("EHLO gate", "HELO gate", "(lost: AUTHENTICATION)");
    }

    // Exchanges

    @Test
    void challengesAndResponsesAreBase64AndTheFirstMayBeTheServers() {
        Upstream upstream = choosing();

        assertThat(upstream.logsIn("LOGIN", null, false).seen()).containsExactly("AUTH LOGIN");
        upstream.says("334 VXNlcm5hbWU6\r\n");
        assertThat(upstream.seen()).containsExactly("(challenge: Username:)");
        upstream.session.respond(Octets.of("a"), false);
        assertThat(upstream.pump().seen()).containsExactly("YQ==");
        upstream.says("334 UGFzc3dvcmQ6\r\n");
        upstream.session.respond(Octets.of("b"), true);
        assertThat(upstream.pump().seen()).containsExactly("(challenge: Password:)", "Yg==");
        assertThat(upstream.says("235 ok\r\n").seen()).containsExactly("(logged in)", "(ready)");
    }

    @Test
    void anEmptyInitialResponseIsAnEqualsSignAndAnEmptyResponseAnEmptyLine() {
        Upstream upstream = choosing();

        assertThat(upstream.logsIn("EXTERNAL", NOTHING, true).seen()).containsExactly("AUTH EXTERNAL =");
        upstream.says("334 \r\n");
        assertThat(upstream.seen()).containsExactly("(challenge: )");
        upstream.session.respond(NOTHING, true);
        assertThat(upstream.pump().seen()).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource({"372, true", "373, false", "9000, false"})
    void whatDoesNotFitIntoTheCommandWaitsForTheChallenge(int octets, boolean fits) {
        Upstream upstream = choosing();
        String spelled = "AAAA".repeat((octets + 2) / 3).substring(octets % 3 == 0 ? 0 : 4);

        upstream.session.authenticate("XOAUTH2", new byte[octets], true);
        String command = upstream.pump().seen().get(0);
        assertThat(command.length() + 2).isLessThanOrEqualTo(512);
        if (fits) {
            assertThat(command).isEqualTo("AUTH XOAUTH2 " + spelled);
        } else {
            assertThat(command).isEqualTo("AUTH XOAUTH2");
            assertThat(upstream.says("334 go on\r\n").seen())
                    .hasSize(1)
                    .first()
                    .satisfies(line -> assertThat(line).startsWith(spelled).endsWith("=".repeat((3 - octets % 3) % 3)));
        }
        assertThat(upstream.says("235 ok\r\n").seen()).containsExactly("(logged in)", "(ready)");
    }

    // What is no success

    @ParameterizedTest
    @CsvSource({"250, PROTOCOL", "220, PROTOCOL", "354, PROTOCOL", "221, REPLY_221", "421, REPLY_421"})
    void nothingButA235IsSuccess(int code, Loss.Kind kind) {
        Upstream upstream = choosing();
        upstream.logsIn("PLAIN", NOTHING, true).seen();

        assertThat(upstream.says(code + " ok\r\n").seen()).containsExactly("(lost: " + kind + ")");
    }

    @Test
    void a235BeforeTheUpstreamHasShownThatItKnowsTheSecretIsAFraud() {
        Upstream upstream = choosing();
        upstream.logsIn("SCRAM-SHA-256", Octets.of("n,,n=a,r=b"), false).seen();

        assertThat(upstream.says("235 ok\r\n").seen()).containsExactly("(lost: AUTHENTICATION)");
        assertThat(upstream.loss().text()).contains("before the upstream has shown that it knows the secret");
    }

    @Test
    void a235ToACommandThatHeldItsResponseBackIsAFraud() {
        Upstream upstream = choosing();
        upstream.logsIn("XOAUTH2", new byte[1_000], true).seen();

        assertThat(upstream.says("235 ok\r\n").seen()).containsExactly("(lost: AUTHENTICATION)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"334 no base64!", "334-YQ==\r\n334 YQ==", "334 =", "334 YQ==YQ=="})
    void aChallengeThatIsNotBase64IsAnsweredByAStar(String challenge) {
        Upstream upstream = choosing();
        upstream.logsIn("CRAM-MD5", null, false).seen();

        assertThat(upstream.says(challenge + "\r\n").seen()).containsExactly("*");
        assertThat(upstream.says("501 cancelled\r\n").seen()).containsExactly("(lost: AUTHENTICATION)");
        assertThat(upstream.loss().reply().code()).isEqualTo(501);
    }

    @ParameterizedTest
    @CsvSource({"235, AUTHENTICATION", "334, PROTOCOL", "501, AUTHENTICATION", "421, REPLY_421"})
    void afterAStarNothingIsSuccess(int code, Loss.Kind kind) {
        Upstream upstream = choosing();
        upstream.logsIn("CRAM-MD5", null, false).says("334 YQ==\r\n").session.giveUp("it is not for us");
        upstream.pump();
        assertThat(upstream.seen()).endsWith("*");

        assertThat(upstream.says(code + " x\r\n").loss().kind()).isEqualTo(kind);
    }

    @Test
    void anUpstreamThatNeverComesToAnEndIsLeft() {
        Upstream upstream = choosing();
        upstream.session.authenticate("LOGIN", null, false);

        for (int i = 0; i < 100 && upstream.loss() == null; i++) {
            upstream.says("334 YQ==\r\n").session.respond(NOTHING, false);
        }

        assertThat(upstream.pump().loss().kind()).isEqualTo(Loss.Kind.PROTOCOL);
        assertThat(upstream.seen()).hasSizeLessThan(40);
    }

    @Test
    void aWordWhileTheDriverThinksIsAnswerToNothing() {
        Upstream upstream = choosing();

        assertThat(upstream.says("235 ok\r\n").seen()).containsExactly("(lost: PROTOCOL)");
        upstream.session.authenticate("PLAIN", NOTHING, true);
        upstream.session.respond(NOTHING, true);
        upstream.session.giveUp("late");
        assertThat(upstream.pump().seen()).isEmpty();
    }

    // Refusals

    @Test
    void aRefusedLoginMayBeTriedAgainAndIsLostWhenTheDriverGivesUp() {
        Upstream upstream = choosing();
        upstream.logsIn("XOAUTH2", NOTHING, true).says("535 5.7.8 expired\r\n");
        assertThat(upstream.seen()).containsExactly("AUTH XOAUTH2 =", "(log in by [PLAIN, LOGIN] after 535)");

        upstream.logsIn("XOAUTH2", NOTHING, true)
                .says("535 5.7.8 again\r\n")
                .session
                .giveUp("twice is enough");

        assertThat(upstream.pump().seen())
                .containsExactly("AUTH XOAUTH2 =", "(log in by [PLAIN, LOGIN] after 535)", "(lost: AUTHENTICATION)");
        assertThat(upstream.loss()).hasToString("AUTHENTICATION (twice is enough: 535 5.7.8 again)");
    }

    @Test
    void withoutAMechanismThatWillDoNotAByteIsWritten() {
        Upstream upstream = choosing();

        upstream.session.giveUp("PLAIN is not safe here");

        assertThat(upstream.pump().seen()).containsExactly("(lost: AUTHENTICATION)");
        assertThat(upstream.loss().reply()).isNull();
    }

    @Test
    void theStepIsAwaitedWhileTheDriverIsAtIt() {
        Upstream upstream = choosing();

        assertThat(upstream.session.awaiting()).hasToString("AUTH");
        assertThat(upstream.session.reusable()).isFalse();
    }

    private static Upstream choosing() {
        Upstream upstream = offering("AUTH PLAIN LOGIN");
        upstream.seen();
        return upstream;
    }

    private static Upstream offering(String keyword) {
        Upstream upstream = new Upstream(Handshake.plain("gate").withLogin()).says("220 mx\r\n");
        upstream.seen();
        return upstream.says("250-mx\r\n250 " + keyword + "\r\n");
    }
}
