package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** STARTTLS as RFC 3207 has it. */
class StartTlsTest {
    private static final String READY = "220 2.0.0 Ready to start TLS";

    private final Settings settings = new Settings();

    StartTlsTest() {
        settings.startTls = true;
    }

    @Test
    void afterTheHandshakeTheSessionBeginsAnew() {
        settings.mechanisms = List.of("PLAIN");
        Client client = Client.greeted(settings);
        client.says("AUTH PLAIN =");
        client.session.authAnswered(new AuthAnswer.Accepted());
        client.pump().seen();

        assertThat(client.says("STARTTLS").seen()).containsExactly(READY, "(TLS)");
        client.session.tlsStarted();
        assertThat(client.says("MAIL FROM:<a@b>").codes()).containsExactly(503);
        assertThat(client.says("EHLO c").seen().toString())
                .contains("AUTH PLAIN")
                .doesNotContain("STARTTLS");
        assertThat(client.says("AUTH PLAIN =").seen()).containsExactly("(AUTH PLAIN )");
    }

    @Test
    void onceIsEnough() {
        Client client = Client.greeted(settings).says("STARTTLS");
        client.session.tlsStarted();
        client.seen();

        assertThat(client.says("EHLO c", "STARTTLS").codes()).containsExactly(250, 503);
        assertThat(new Client(settings, true).says("EHLO c", "STARTTLS").codes())
                .containsExactly(250, 503);
    }

    @Test
    void whereItIsNotOfferedItIs502AndWhatFollowsIsRead() {
        settings.startTls = false;

        assertThat(Client.greeted(settings).says("STARTTLS", "NOOP").codes()).containsExactly(502, 250);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP\r\n", "N", "\r\n", "\u0016\u0003\u0001", "EHLO c\r\nMAIL FROM:<evil@example>\r\n"})
    void plaintextInTheSamePieceEndsTheSessionAndIsNeverExecuted(String injected) {
        Client client = Client.greeted(settings).sends("STARTTLS\r\n" + injected);

        assertThat(client.seen())
                .containsExactly(
                        "554 5.5.1 Nothing may follow STARTTLS before the TLS handshake", "(closed: TLS_INJECTION)");
    }

    @Test
    void plaintextBehindAStartTlsThatWaitedForItsTurnEndsTheSessionToo() {
        Client client = Client.greeted(settings).says("MAIL FROM:<a@b>", "STARTTLS", "NOOP");
        client.seen();

        client.upstreamSays(550);

        assertThat(client.codes()).containsExactly(550, 554);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void noByteIsWantedBetweenThe220AndTheHandshake() {
        Client client = Client.greeted(settings).says("STARTTLS").sends("NOOP\r\n");

        assertThat(client.seen()).containsExactly(READY, "(TLS)");
        assertThat(client.session.wantsInput()).isFalse();
    }

    @Test
    void beginningAnewForgetsTheTransactionOfTheClear() {
        assertThat(Client.greeted(settings)
                        .withWillingUpstream()
                        .says("MAIL FROM:<a@b>", "STARTTLS")
                        .codes())
                .containsExactly(250, 503);
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL FROM:<a@b>, 530",
        "RCPT TO:<a@b>, 530",
        "DATA, 530",
        "VRFY x, 530",
        "NOOP, 250",
        "RSET, 250",
        "EHLO c, 250",
        "QUIT, 221"
    })
    void whereTlsIsRequiredLittleElseIsTakenBefore(String line, int code) {
        settings.tlsRequired = true;

        assertThat(Client.greeted(settings).says(line).codes()).containsExactly(code);
    }

    @Test
    void aShutdownDuringTheHandshakeIsSaidAfterItSinceNothingCanBeSaidInTheClear() {
        Client client = Client.greeted(settings).says("STARTTLS");
        client.seen();

        client.session.shutDown();
        assertThat(client.pump().seen()).isEmpty();
        client.session.tlsStarted();
        assertThat(client.pump().codes()).containsExactly(421);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void aHandshakeThatEndsAfterTheSessionDidDoesNotReviveIt() {
        Client client = Client.greeted(settings).says("STARTTLS");
        client.session.failed();
        client.pump();

        client.session.tlsStarted();

        assertThat(client.pump().session.wantsInput()).isFalse();
        assertThat(client.closed()).isTrue();
    }
}
