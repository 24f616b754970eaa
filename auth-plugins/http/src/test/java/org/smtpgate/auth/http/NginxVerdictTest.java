package org.smtpgate.auth.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers in octets, and what they mean; how nginx takes them is compared in the gateway's own tests. */
class NginxVerdictTest {
    private static final String SERVER = "Auth-Server: 10.0.0.5\r\nAuth-Port: 25\r\n";

    @Test
    void okIsTheClientOrWhomTheServiceSays() {
        assertThat(accepted("Auth-Status: OK\r\n" + SERVER).user().subject()).isEqualTo("anna");
        assertThat(accepted("Auth-Status: OK\r\nAuth-User: j\u00c3\u00bcrgen b\r\n" + SERVER)
                        .user()
                        .subject())
                .isEqualTo("jürgen b");
    }

    @Test
    void whatElseIsSaidOfAUserIsThereForRoutes() {
        String more = "Auth-Pass: un escaped%20\r\nAuth-Method: none\r\nX-Other: 1\r\n";

        assertThat(accepted("auth-status: OK\r\n" + SERVER + more)
                        .user()
                        .attributes()
                        .getMap())
                .containsEntry("auth-server", "10.0.0.5")
                .containsEntry("auth-port", "25")
                .containsEntry("auth-pass", "un escaped%20")
                .containsEntry("auth-method", "none")
                .doesNotContainKey("x-other");
    }

    @Test
    void theStatusLineDoesNotMatterAndMayBeMissing() {
        for (String status : List.of("HTTP/1.0 500 Oops\r\n", "HTTP/whatever\n", "")) {
            assertThat(verdict(status + "Auth-Status: OK\r\n" + SERVER)).isInstanceOf(Verdict.Accepted.class);
        }
    }

    @Test
    void anyOtherTextIsARefusalWithItsCodeAndItsDelay() {
        assertThat(verdict("Auth-Status: Invalid login \r\n"))
                .hasToString("Refused[reply=535 5.7.0 Invalid login, delay=PT0S]");
        assertThat(verdict("Auth-Status: No\r\nAuth-Error-Code: 554 5.7.1\r\nAuth-Wait: 3\r\n"))
                .hasToString("Refused[reply=554 5.7.1 No, delay=PT3S]");
        assertThat(verdict("Auth-Status: Later\r\nAuth-Error-Code: 451 4.3.0\r\n"))
                .hasToString("Refused[reply=451 4.3.0 Later, delay=PT0S]");
        assertThat(verdict("Auth-Status: OK\r\nAuth-Status: b\u00f6se\r\n" + SERVER))
                .hasToString("Refused[reply=535 5.7.0 b?se, delay=PT0S]");
    }

    @Test
    void waitIsAskedAgain() {
        assertThat(verdict("Auth-Status: WAIT\r\nAuth-Wait: 2\r\n"))
                .isEqualTo(new Verdict.Again(Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Type: text/html\r\n",
                "Auth-Status:\r\n" + SERVER,
                "Auth-Status: OK\r\n",
                "Auth-Status: OK\r\nAuth-Server: 10.0.0.5\r\n",
                "Auth-Status: OK\r\nAuth-Server: 10.0.0.5\r\nAuth-Port: 0\r\n",
                "Auth-Status: OK\r\nAuth-Server: 10.0.0.5\r\nAuth-Port: 65536\r\n",
                "Auth-Status: OK\r\nAuth-Server: a b\r\nAuth-Port: 25\r\n",
                "Auth-Status: OK\r\nAuth-User: \u00ff\r\n" + SERVER,
                "Auth-Status: No\r\nAuth-Error-Code: 235 2.0.0\r\n",
                "Auth-Status: No\r\nAuth-Error-Code: 421 4.0.0\r\n",
                "Auth-Status: No\r\nAuth-Error-Code: 535 5.7.8\u0007250 OK\r\n"
            })
    void whatMakesNoSenseIsNoAnswer(String headers) {
        assertThat(verdict(headers)).isInstanceOf(Verdict.Senseless.class);
    }

    @Test
    void aServerNeedNotBeNamedWhereTheOperatorSaysSo() {
        assertThat(verdict("Auth-Status: OK\r\n", false)).isInstanceOf(Verdict.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X_Y: 1", " folded", ": x", "a b: c", "<html>", "X: a\rb", "-a: b"})
    void aLineThatIsNoHeaderSpoilsTheAnswer(String line) {
        assertThatThrownBy(() -> verdict("Auth-Status: OK\r\n" + line + "\r\n" + SERVER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the answer has a line that is no header");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "7", "1000"})
    void theAnswerMayComeInPiecesOfAnySize(int size) {
        Buffer whole = latin("HTTP/1.0 200 OK\r\nAuth-Status: OK\nAuth-Server: ::1\r\nAuth-Port: 25\r\n\r\nbody\u0000");
        NginxAnswer answer = new NginxAnswer();

        for (int at = 0; at < whole.length(); at += size) {
            answer.take(whole.slice(at, Math.min(whole.length(), at + size)));
        }

        assertThat(answer.complete()).isTrue();
        assertThat(NginxVerdict.of(answer.headers(), "anna", true)).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void anAnswerWithoutEndIsNotKept() {
        NginxAnswer answer = new NginxAnswer();

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        answer.take(Buffer.buffer("X-More: and more\r\n"));
                    }
                })
                .hasMessage("the answer's headers are longer than 8192 octets");
    }

    private static Verdict.Accepted accepted(String headers) {
        return (Verdict.Accepted) verdict(headers);
    }

    private static Verdict verdict(String headers) {
        return verdict(headers, true);
    }

    private static Verdict verdict(String headers, boolean serverRequired) {
        NginxAnswer answer = new NginxAnswer();
        answer.take(latin(headers + "\r\n"));
        assertThat(answer.complete()).isTrue();
        return NginxVerdict.of(answer.headers(), "anna", serverRequired);
    }

    private static Buffer latin(String text) {
        return Buffer.buffer(text, "ISO-8859-1");
    }
}
