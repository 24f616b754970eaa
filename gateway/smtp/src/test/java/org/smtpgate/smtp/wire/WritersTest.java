package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Verb;

class WritersTest {
    private static final Capabilities ALL = new Capabilities(
            Map.of("SIZE", "", "8BITMIME", "", "AUTH", "PLAIN", "DSN", "", "SMTPUTF8", "", "MT-PRIORITY", "MIXER"));

    static Stream<Arguments> commands() {
        Address tim = new Address("tim@mail.example");
        return Stream.of(
                Arguments.of(new Command.Mail(Address.NULL), "MAIL FROM:<>\r\n"),
                Arguments.of(
                        new Command.Mail(tim).with(Parameter.SIZE, "0"), "MAIL FROM:<tim@mail.example> SIZE=0\r\n"),
                Arguments.of(
                        new Command.Mail(tim).with(Parameter.SIZE, "9").with(Parameter.BODY, "8BITMIME"),
                        "MAIL FROM:<tim@mail.example> SIZE=9 BODY=8BITMIME\r\n"),
                Arguments.of(new Command.Rcpt(new Address("\"a b\"@c")), "RCPT TO:<\"a b\"@c>\r\n"),
                Arguments.of(new Command.Plain(Verb.DATA), "DATA\r\n"),
                Arguments.of(new Command.Plain(Verb.RSET), "RSET\r\n"),
                Arguments.of(new Command.Plain(Verb.QUIT), "QUIT\r\n"),
                Arguments.of(new Command.Plain(Verb.STARTTLS), "STARTTLS\r\n"));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void spellsACommand(Command command, String wire) {
        assertThat(Octets.text(CommandWriter.write(command, ALL))).isEqualTo(wire);
    }

    @Test
    void aParameterThatTheUpstreamDoesNotOfferIsLeftOut() {
        Command mail =
                new Command.Mail(new Address("a@b")).with(Parameter.SIZE, "9").with(Parameter.BODY, "7BIT");

        assertThat(Octets.text(CommandWriter.write(mail, Capabilities.NONE))).isEqualTo("MAIL FROM:<a@b>\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MAIL FROM:<a@b> SIZE=7 BODY=7BIT",
                "RCPT TO:<postmaster>",
                "DATA",
                "MAIL FROM:<>",
                "MAIL FROM:<a@b> RET=HDRS ENVID=a+2Bb SMTPUTF8 MT-PRIORITY=-4",
                "RCPT TO:<c@d> NOTIFY=DELAY ORCPT=rfc822;c@d"
            })
    void whatIsWrittenIsReadAsTheSameCommand(String line) {
        Command command = CommandParser.parse(line);

        assertThat(Octets.text(CommandWriter.write(command, ALL))).isEqualTo(line + "\r\n");
    }

    static Stream<Arguments> replies() {
        return Stream.of(
                Arguments.of(new Reply(250, List.of("2.0.0 Ok")), "250 2.0.0 Ok\r\n"),
                Arguments.of(new Reply(334, List.of("")), "334 \r\n"),
                Arguments.of(new Reply(250, List.of("a", "b", "c")), "250-a\r\n250-b\r\n250 c\r\n"));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void spellsAReplyThatIsReadAsTheSameReply(Reply reply, String wire) {
        byte[] bytes = ReplyWriter.write(reply);
        ReplyParser parser = new ReplyParser();

        assertThat(Octets.text(bytes)).isEqualTo(wire);
        assertThat(parser.take(ByteBuffer.wrap(bytes))).isEqualTo(ReplyParser.Outcome.REPLY);
        assertThat(parser.reply()).isEqualTo(reply);
    }

    @Test
    void aReplyWithoutALineCannotBeMadeSinceNothingWouldBeSent() {
        assertThatThrownBy(() -> new Reply(250, List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
