package org.smtpgate.it.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.sasl.TlsServerEndPoint;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TestCertificates;

/** What no mail program does by itself, at a gateway that speaks every mechanism. */
@Timeout(120)
class LoginEdgesTest {
    @TempDir
    static Path folder;

    private static MechanismScene scene;

    @BeforeAll
    static void start() throws Exception {
        scene = new MechanismScene(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (scene != null) {
            try {
                Confidant.of(scene.gateway)
                        .keeps(GatewaySetup.USER, GatewaySetup.PASSWORD, MechanismScene.TOKEN, "x".repeat(100));
            } finally {
                scene.close();
            }
        }
    }

    @Test
    void whatIsOfferedFollowsTheConnection() {
        try (SmtpClient clear = SmtpClient.connect(scene.starttls)) {
            clear.greet();
            assertThat(clear.ehlo().toString()).doesNotContain("AUTH");
            clear.startTls();
            assertThat(clear.ehlo().toString())
                    .containsPattern("AUTH (SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS )?SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5"
                            + " OAUTHBEARER XOAUTH2 PLAIN LOGIN");
            clear.send("AUTH EXTERNAL =").expect(504, "5.5.4");
        }
        try (SmtpClient tokens = greeted(scene.tokens)) {
            tokens.send("AUTH PLAIN").expect(504, "5.5.4");
        }
    }

    /** On any Java, where the mechanism is named. */
    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"})
    void aClientBindsTheChannelByTheServersCertificate(String mechanism) throws Exception {
        byte[] right = TlsServerEndPoint.of(TestCertificates.server().certificate());
        byte[] wrong = TlsServerEndPoint.of(TestCertificates.anotherServer().certificate());

        assertThat(boundLogin(mechanism, right, GatewaySetup.PASSWORD)).isEqualTo(235);
        assertThat(boundLogin(mechanism, wrong, GatewaySetup.PASSWORD)).isEqualTo(535);
        assertThat(boundLogin(mechanism, right, "Zq9-wrong-battery")).isEqualTo(535);
    }

    private static int boundLogin(String mechanism, byte[] binding, String password) throws Exception {
        try (SmtpClient smtp = greeted(scene.bound)) {
            return new BoundLogin(mechanism, GatewaySetup.USER, binding).code(smtp, password);
        }
    }

    @Test
    void anUnknownUserGetsAsFarAsAKnownOne() throws Exception {
        try (SmtpClient smtp = greeted(scene.implicit)) {
            smtp.send("AUTH SCRAM-SHA-256 " + base64("n,,n=nobody,r=fyko"));
            String first = challenge(smtp);
            assertThat(first).matches("r=fyko.+,s=[A-Za-z0-9+/]{22}==,i=4096");
            String nonce = first.substring(2, first.indexOf(','));
            smtp.send(base64("c=biws,r=" + nonce + ",p=" + base64("x".repeat(32))))
                    .expect(535, "5.7.8");

            smtp.send("AUTH SCRAM-SHA-256 " + base64("n,,n=nobody,r=fyko"));
            assertThat(challenge(smtp)).endsWith(first.substring(first.indexOf(",s=")));
        }
    }

    /** RFC 7628 section 3.2.3; and a client that gives up instead is refused no less. */
    @ParameterizedTest
    @ValueSource(strings = {"AQ==", "", "*"})
    void aRefusedTokenIsToldWhyAndThenRefused(String answer) {
        try (SmtpClient smtp = greeted(scene.implicit)) {
            for (int attempt = 1; attempt <= 3; attempt++) {
                smtp.send("AUTH OAUTHBEARER " + base64("n,a=" + GatewaySetup.USER + ",\1auth=Bearer abc\1\1"));
                assertThat(challenge(smtp)).isEqualTo("{\"status\":\"invalid_token\",\"schemes\":\"bearer\"}");
                smtp.send(answer).expect(535, "5.7.8");
            }
            smtp.expect(421, "4.7.0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10 kB"})
    void aPasswordOfStrangeLengthIsWrong(String password) {
        String sent = password.isEmpty() ? "" : "x".repeat(9_000);
        try (SmtpClient smtp = greeted(scene.implicit)) {
            smtp.send("AUTH PLAIN " + base64("\0" + GatewaySetup.USER + "\0" + sent))
                    .expect(535, "5.7.8");
            smtp.send("AUTH LOGIN " + base64(GatewaySetup.USER)).expect(334);
            smtp.send(base64(sent)).expect(535, "5.7.8");
            smtp.send("AUTH PLAIN " + base64("\0" + GatewaySetup.USER + "\0" + GatewaySetup.PASSWORD))
                    .expect(235);
        }
    }

    @Test
    void aPasswordThatIsNoTextIsMalformed() {
        String latin1 = Base64.getEncoder().encodeToString(new byte[] {0, 't', 0, 'p', (byte) 0xe9});
        try (SmtpClient smtp = greeted(scene.implicit)) {
            smtp.send("AUTH PLAIN " + latin1).expect(501, "5.5.2");
            smtp.send("AUTH PLAIN " + base64("\0tim\0a\0b")).expect(501, "5.5.2");
            smtp.send("AUTH LOGIN " + base64("tim")).expect(334);
            smtp.send(base64("a\0b")).expect(501, "5.5.2");
            smtp.send("AUTH PLAIN " + base64("\0" + "u".repeat(9_000))).expect(501);
            smtp.send("AUTH PLAIN " + "A".repeat(13_000)).expect(500);
        }
    }

    /** RFC 4954 section 4. */
    @Test
    void oneLoginASessionAndNoneInATransaction() {
        String plain = "AUTH PLAIN " + base64("\0" + GatewaySetup.USER + "\0" + GatewaySetup.PASSWORD);
        try (SmtpClient smtp = greeted(scene.implicit)) {
            smtp.send(plain).expect(235, "2.7.0");
            smtp.send(plain).expect(503, "5.5.1");
            assertThat(smtp.ehlo().toString()).doesNotContain("AUTH");
            smtp.send("MAIL FROM:<a@example.org>").expect(250);
            smtp.send(plain).expect(503, "5.5.1");
            smtp.send("RSET").expect(250);
            smtp.send("AUTH XOAUTH2").expect(503, "5.5.1");
        }
    }

    /** RFC 4954 section 4: it has answered what nobody has asked. */
    @Test
    void cramMd5TakesNoInitialResponse() {
        try (SmtpClient smtp = greeted(scene.implicit)) {
            smtp.send("AUTH CRAM-MD5 " + base64("tim b913a602c7eda7a495b4e6e7334d3890"))
                    .expect(501, "5.5.2");
        }
    }

    private static SmtpClient greeted(int port) {
        SmtpClient client = SmtpClient.connectTls(port);
        client.greet();
        client.ehlo();
        return client;
    }

    private static String challenge(SmtpClient client) {
        return decoded(client.expect(334));
    }

    private static String decoded(Answer challenge) {
        return new String(Base64.getDecoder().decode(challenge.text().strip()), UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
