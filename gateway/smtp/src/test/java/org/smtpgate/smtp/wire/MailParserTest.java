package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Command.Body;
import org.smtpgate.smtp.Command.Fault;

class MailParserTest {
    private static final Address SENDER = new Address("a@b");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tim@mail.example",
                "tim.o'neil+tag=x!#$%&*-/?^_`{|}~@mail.example",
                "a@localhost",
                ".odd..dots.@mail.example",
                "tim@under_score.example",
                "tim@[192.0.2.1]",
                "tim@[IPv6:2001:db8::1]",
                "tim@[X-TAG:what.ever]",
                "\"two words\"@mail.example",
                "\"a@b\"@mail.example",
                "\"<>\"@mail.example",
                "\"say \\\"hi\\\"\"@mail.example",
                "\"back\\\\slash\"@mail.example",
                "\"\"@mail.example",
                "postmaster",
                "PostMaster"
            })
    void aPathKeepsItsSpelling(String mailbox) {
        Address address = new Address(mailbox);

        assertThat(parse("MAIL FROM:<" + mailbox + ">")).isEqualTo(new Command.Mail(address, -1, null));
        assertThat(parse("RCPT TO:<" + mailbox + ">")).isEqualTo(new Command.Rcpt(address));
        assertThat(address).hasToString("<" + mailbox + ">");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a@b",
                "@relay.example:a@b",
                "@one.example,@two.example:a@b",
                "@[192.0.2.1]:a@b",
            })
    void aSourceRouteIsDropped(String path) {
        assertThat(parse("MAIL FROM:<" + path + ">")).isEqualTo(new Command.Mail(SENDER, -1, null));
        assertThat(parse("RCPT TO:<" + path + ">")).isEqualTo(new Command.Rcpt(SENDER));
    }

    @Test
    void theNullReversePathIsASenderAndNoRecipient() {
        assertThat(parse("MAIL FROM:<>")).isEqualTo(new Command.Mail(Address.NULL, -1, null));
        assertThat(Address.NULL.isNull()).isTrue();
        assertFault("RCPT TO:<>", Fault.RECIPIENT_ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL FROM: <a@b>", "mail from:<a@b>", "Mail  From:  <a@b>  ", "MAIL FROM:\t<a@b>"})
    void keywordsHaveNoCaseAndBlanksMayFollowTheColon(String line) {
        assertThat(parse(line)).isEqualTo(new Command.Mail(SENDER, -1, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a@b",
                "<a",
                "<a>",
                "<a@>",
                "<@b>",
                "<@b:>",
                "<@b a@c>",
                "<@:a@b>",
                "<a b@c>",
                "<a@b c>",
                "<a@b@c>",
                "<a@b,c@d>",
                "<a@b>x",
                "<a@b>>",
                "<<a@b>>",
                "<a@b>SIZE=1",
                "<\"a@b>",
                "<\"a\"b@c>",
                "<\"a\\",
                "<\"postmaster\">",
                "<a@[192.0.2.1>",
                "<a@[]>",
                "<a@[1 2]>",
                "<a@[x>y]>",
                "<a@[x<y]>",
                "<a@b;c>",
                "<a(comment)@b>",
                "< a@b>",
                "<a@b >"
            })
    void aBrokenPathIsRefused(String path) {
        assertFault("MAIL FROM:" + path, Fault.SENDER_ADDRESS);
        assertFault("RCPT TO:" + path, Fault.RECIPIENT_ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<t\u00fcm@b>", "<a@b\u00fccher.example>", "<\"\u00e9\"@b>", "<\u00ff>"})
    void anAddressBeyondAsciiIsRefusedSinceSmtputf8IsNotOffered(String path) {
        assertFault("MAIL FROM:" + path, Fault.NON_ASCII_ADDRESS);
        assertFault("RCPT TO:" + path, Fault.NON_ASCII_ADDRESS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SIZE=0                        | 0   |",
                "size=1024                     | 1024|",
                "SIZE=00000000000000000001     | 1   |",
                "SIZE=99999999999999999999     | 9223372036854775807 |",
                "BODY=8BITMIME                 | -1  | EIGHT_BIT_MIME",
                "body=8bitmime                 | -1  | EIGHT_BIT_MIME",
                "BODY=7BIT                     | -1  | SEVEN_BIT",
                "AUTH=<>                       | -1  |",
                "AUTH=tim+40mail.example       | -1  |",
                "SIZE=7  BODY=7BIT AUTH=<>     | 7   | SEVEN_BIT"
            })
    void parametersOfMail(String parameters, long size, Body body) {
        assertThat(parse("MAIL FROM:<a@b> " + parameters)).isEqualTo(new Command.Mail(SENDER, size, body));
    }

    @ParameterizedTest
    @CsvSource({
        "SIZE, PARAMETER_VALUE",
        "SIZE=, PARAMETER_VALUE",
        "SIZE=-1, PARAMETER_VALUE",
        "SIZE=1k, PARAMETER_VALUE",
        "SIZE=000000000000000000001, PARAMETER_VALUE",
        "BODY=BINARYMIME, PARAMETER_VALUE",
        "BODY, PARAMETER_VALUE",
        "AUTH=, PARAMETER_VALUE",
        "SMTPUTF8, PARAMETER_UNKNOWN",
        "RET=FULL, PARAMETER_UNKNOWN",
        "=1, PARAMETER_UNKNOWN",
        "SIZE=1 X=2, PARAMETER_UNKNOWN"
    })
    void badParametersOfMail(String parameters, Fault fault) {
        assertFault("MAIL FROM:<a@b> " + parameters, fault);
    }

    @Test
    void rcptTakesNoParameterSinceNoneIsOffered() {
        assertFault("RCPT TO:<a@b> NOTIFY=NEVER", Fault.PARAMETER_UNKNOWN);
        assertThat(parse("RCPT TO:<a@b>  ")).isEqualTo(new Command.Rcpt(SENDER));
    }

    @ParameterizedTest
    @CsvSource({"a@b, b", "postmaster, ''", "'\"x@y\"@z', z", "'a@[IPv6:::1]', '[IPv6:::1]'"})
    void anAddressHasADomain(String mailbox, String domain) {
        assertThat(new Address(mailbox).domain()).isEqualTo(domain);
    }

    private static Command parse(String line) {
        return CommandParser.parse(line);
    }

    private static void assertFault(String line, Fault fault) {
        assertThat(parse(line)).as(line).isEqualTo(new Command.Invalid(fault));
    }
}
