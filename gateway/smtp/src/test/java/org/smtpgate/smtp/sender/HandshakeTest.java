package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Extension;

class HandshakeTest {
    private final Upstream plain = new Upstream(Handshake.plain("gate.example"));
    private final Upstream secured = new Upstream(Handshake.startTls("gate.example"));

    @Test
    void greetingAndEhloMakeAConnectionReady() {
        plain.says("220-mx\r\n220 hello\r\n");
        assertThat(plain.seen()).containsExactly("EHLO gate.example");
        plain.says("250-mx\r\n250-size 1000\r\n250 PIPELINING\r\n");
        assertThat(plain.seen()).containsExactly("(ready)");

        Capabilities capabilities = plain.session.capabilities();
        assertThat(capabilities.has(Extension.PIPELINING)).isTrue();
        assertThat(capabilities.parameter(Extension.SIZE)).isEqualTo("1000");
        assertThat(capabilities.has(Extension.STARTTLS)).isFalse();
    }

    @Test
    void theFirstLineOfTheEhloReplyIsANameAndNoKeyword() {
        plain.says("220 mx\r\n").says("250 STARTTLS\r\n");

        assertThat(plain.session.capabilities()).isEqualTo(Capabilities.NONE);
    }

    @Test
    void startTlsForgetsWhatThePlaintextEhloSaid() {
        secured.says("220 mx\r\n").says("250-mx\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
        assertThat(secured.seen()).containsExactly("EHLO gate.example", "STARTTLS");
        secured.says("220 go\r\n");
        assertThat(secured.seen()).containsExactly("(TLS)");
        secured.session.tlsStarted();
        assertThat(secured.pump().seen()).containsExactly("EHLO gate.example");
        secured.says("250-mx\r\n250 PIPELINING\r\n");
        assertThat(secured.seen()).containsExactly("(ready)");
        assertThat(secured.session.capabilities().has(Extension.AUTH)).isFalse();
        assertThat(secured.session.capabilities().has(Extension.PIPELINING)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"500", "502", "550"})
    void aServerThatRefusesEhloIsTriedWithHelo(int code) {
        plain.says("220 mx\r\n").says(code + " what\r\n");
        assertThat(plain.seen()).containsExactly("EHLO gate.example", "HELO gate.example");

        plain.says("250-mx\r\n250 PIPELINING\r\n");
        assertThat(plain.seen()).containsExactly("(ready)");
        assertThat(plain.session.capabilities()).isEqualTo(Capabilities.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "554 no service                | HANDSHAKE",
                "421 too busy                  | REPLY_421",
                "221 bye                       | REPLY_221",
                "250 ok                        | PROTOCOL",
                "HTTP/1.1 400 Bad Request      | PROTOCOL",
            })
    void aBadGreetingLosesTheConnection(String greeting, Loss.Kind kind) {
        assertThat(plain.says(greeting + "\r\n").seen()).containsExactly("(lost: " + kind + ")");
    }

    @ParameterizedTest
    @CsvSource({"450, HANDSHAKE", "421, REPLY_421", "221, REPLY_221", "220, PROTOCOL", "354, PROTOCOL"})
    void aBadReplyToEhloLosesTheConnection(int code, Loss.Kind kind) {
        assertThat(plain.says("220 mx\r\n").says(code + " x\r\n").loss().kind()).isEqualTo(kind);
    }

    @Test
    void aRefusedHeloLosesTheConnection() {
        plain.says("220 mx\r\n").says("502 x\r\n").says("502 x\r\n");

        assertThat(plain.loss().kind()).isEqualTo(Loss.Kind.HANDSHAKE);
    }

    // STARTTLS is never passed over

    @Test
    void aServerThatDoesNotOfferStartTlsIsNotUsed() {
        secured.says("220 mx\r\n").says("250-mx\r\n250 PIPELINING\r\n");

        assertThat(secured.seen()).containsExactly("EHLO gate.example", "(lost: TLS)");
    }

    @Test
    void aServerThatRefusesEhloIsNotTriedWithHeloWhenTlsIsNeeded() {
        secured.says("220 mx\r\n").says("502 x\r\n");

        assertThat(secured.seen()).containsExactly("EHLO gate.example", "(lost: HANDSHAKE)");
    }

    @ParameterizedTest
    @CsvSource({"454, HANDSHAKE", "501, HANDSHAKE", "250, PROTOCOL", "421, REPLY_421"})
    void aServerThatRefusesStartTlsIsNotUsed(int code, Loss.Kind kind) {
        assertThat(atStartTls().says(code + " x\r\n").seen()).containsExactly("(lost: " + kind + ")");
    }

    @ParameterizedTest
    @CsvSource({"250 injected", "550 injected", "2"})
    void plaintextBehindTheReplyToStartTlsLosesTheConnection(String injected) {
        assertThat(atStartTls().says("220 go\r\n" + injected).seen()).containsExactly("(lost: PROTOCOL)");
    }

    @ParameterizedTest
    @CsvSource({"250-AUTH PLAIN", "2", "250 whole"})
    void plaintextThatComesBeforeTheTlsHandshakeIsNeverTakenForAnEncryptedReply(String injected) {
        Upstream upstream = atStartTls().says("220 go\r\n");
        assertThat(upstream.seen()).containsExactly("(TLS)");

        upstream.says(injected + (injected.endsWith("whole") ? "\r\n" : ""));
        upstream.session.tlsStarted();
        upstream.pump();

        assertThat(upstream.loss()).isNotNull();
        assertThat(upstream.loss().kind()).isEqualTo(Loss.Kind.PROTOCOL);
        assertThat(upstream.seen()).doesNotContain("EHLO gate.example");
    }

    private Upstream atStartTls() {
        secured.says("220 mx\r\n").says("250-mx\r\n250 STARTTLS\r\n");
        secured.seen();
        return secured;
    }
}
