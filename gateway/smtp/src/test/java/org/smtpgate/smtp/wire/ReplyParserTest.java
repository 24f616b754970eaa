package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.smtp.wire.ReplyParser.Outcome.GARBAGE;
import static org.smtpgate.smtp.wire.ReplyParser.Outcome.MORE;
import static org.smtpgate.smtp.wire.ReplyParser.Outcome.REPLY;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Reply;

class ReplyParserTest {
    private final ReplyParser parser = new ReplyParser();

    static Stream<Arguments> replies() {
        return Stream.of(
                Arguments.of("250 2.0.0 Ok\r\n", 250, List.of("2.0.0 Ok")),
                Arguments.of("250\r\n", 250, List.of("")),
                Arguments.of("250 \r\n", 250, List.of("")),
                Arguments.of("354 go\n", 354, List.of("go")),
                Arguments.of("220-a\r\n220-b\n220 c\r\n", 220, List.of("a", "b", "c")),
                Arguments.of("250-\r\n250\r\n", 250, List.of("", "")),
                Arguments.of(
                        "250-mx\r\n250-SIZE 10\r\n250 AUTH PLAIN\r\n", 250, List.of("mx", "SIZE 10", "AUTH PLAIN")),
                Arguments.of("599  two blanks\r\n", 599, List.of(" two blanks")),
                Arguments.of("200 250 inner\r\n", 200, List.of("250 inner")),
                Arguments.of("550 gr\u00fc\u00dfe\r\n", 550, List.of("gr\u00fc\u00dfe")));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void readsAReply(String wire, int code, List<String> lines) {
        ByteBuffer in = Octets.buffer(wire);

        assertThat(parser.take(in)).isEqualTo(REPLY);
        assertThat(parser.reply()).isEqualTo(new Reply(code, lines));
        assertThat(in.hasRemaining()).isFalse();
        assertThat(parser.isEmpty()).isTrue();
    }

    @Test
    void takesOneReplyAtATime() {
        ByteBuffer in = Octets.buffer("250-a\r\n250 b\r\n354 c\r\n2");

        assertThat(parser.take(in)).isEqualTo(REPLY);
        assertThat(parser.reply().lines()).containsExactly("a", "b");
        assertThat(parser.take(in)).isEqualTo(REPLY);
        assertThat(parser.reply().code()).isEqualTo(354);
        assertThat(parser.take(in)).isEqualTo(MORE);
        assertThat(parser.isEmpty()).isFalse();
    }

    @Test
    void aReplyWithoutItsLastLineIsNone() {
        assertThat(parser.take(Octets.buffer("250-a\r\n250-b\r\n"))).isEqualTo(MORE);
        assertThat(parser.isEmpty()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "\n",
                "25\r\n",
                "2x0 ok\r\n",
                "250ok\r\n",
                "250\tok\r\n",
                "2500 ok\r\n",
                " 250 ok\r\n",
                "-250 ok\r\n",
                "100 ok\r\n",
                "600 ok\r\n",
                "050 ok\r\n",
                "hello\r\n",
                "250-a\r\n251 b\r\n",
                "250-a\r\n550 b\r\n",
                "250-a\r\nb\r\n",
                "250-a\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n",
                "\u0016\u0003\u0001\0\n"
            })
    void whatIsNoReplyIsGarbage(String wire) {
        assertThat(parser.take(Octets.buffer(wire))).isEqualTo(GARBAGE);
    }

    @Test
    void aLineIsBounded() {
        String most = "250 " + "x".repeat(2_048 - 6);

        assertThat(parser.take(Octets.buffer(most + "\r\n"))).isEqualTo(REPLY);
        assertThat(parser.take(Octets.buffer(most + "x\r\n"))).isEqualTo(GARBAGE);
    }

    @Test
    void theNumberOfLinesIsBounded() {
        assertThat(parser.take(Octets.buffer("250-a\r\n".repeat(127) + "250 b\r\n")))
                .isEqualTo(REPLY);
        assertThat(parser.reply().lines()).hasSize(128);
        assertThat(parser.take(Octets.buffer("250-a\r\n".repeat(129)))).isEqualTo(GARBAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\0", "\u001b", "\u0007", "\u007f", "\u000b"})
    void aControlCharacterOfTheTextBecomesABlankSoThatTheClientReadsALegalReply(String control) {
        parser.take(Octets.buffer("250 a" + control + "b\r\n"));

        assertThat(parser.reply().lines()).containsExactly("a b");
    }

    @Test
    void aTabOfTheTextIsLegal() {
        parser.take(Octets.buffer("250 a\tb\r\n"));

        assertThat(parser.reply().lines()).containsExactly("a\tb");
    }
}
