package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Address;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Command.Body;
import org.smtpgate.smtp.Command.Fault;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Parameter;

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

        assertThat(parse("MAIL FROM:<" + mailbox + ">")).isEqualTo(new Command.Mail(address));
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
        assertThat(parse("MAIL FROM:<" + path + ">")).isEqualTo(new Command.Mail(SENDER));
        assertThat(parse("RCPT TO:<" + path + ">")).isEqualTo(new Command.Rcpt(SENDER));
    }

    @Test
    void theNullReversePathIsASenderAndNoRecipient() {
        assertThat(parse("MAIL FROM:<>")).isEqualTo(new Command.Mail(Address.NULL));
        assertThat(Address.NULL.isNull()).isTrue();
        assertFault("RCPT TO:<>", Fault.RECIPIENT_ADDRESS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MAIL FROM: <a@b>", "mail from:<a@b>", "Mail  From:  <a@b>  ", "MAIL FROM:\t<a@b>"})
    void keywordsHaveNoCaseAndBlanksMayFollowTheColon(String line) {
        assertThat(parse(line)).isEqualTo(new Command.Mail(SENDER));
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

    // Beyond ASCII

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t\u00fcm@b",
                "a@b\u00fccher.example",
                "\"\u00e9 e\"@\u4f8b.\u6d4b\u8bd5",
                "\ud83d\udc8c@mail.example",
                "\u03b1\u03b2@[192.0.2.1]"
            })
    void anAddressOfUtf8IsTextAndIsWrittenAsItWasRead(String mailbox) {
        String path = utf8("<" + mailbox + ">");
        Address address = new Address(mailbox);
        Capabilities taking = new Capabilities(Map.of("SMTPUTF8", ""));

        assertThat(parse("MAIL FROM:" + path + " SMTPUTF8"))
                .isEqualTo(new Command.Mail(address).with(Parameter.SMTPUTF8, ""));
        assertThat(parse("RCPT TO:" + path)).isEqualTo(new Command.Rcpt(address));
        assertThat(Octets.text(CommandWriter.write(new Command.Rcpt(address), taking)))
                .isEqualTo("RCPT TO:" + path + "\r\n");
        assertThat(address.isAscii()).isFalse();
    }

    @Test
    void aSenderBeyondAsciiNeedsSmtputf8() {
        assertFault("MAIL FROM:" + utf8("<t\u00fcm@b>"), Fault.NON_ASCII_ADDRESS);
        assertThat(parse("MAIL FROM:<tim@b> SMTPUTF8"))
                .isEqualTo(new Command.Mail(new Address("tim@b")).with(Parameter.SMTPUTF8, ""));
    }

    /** Latin-1; an overlong slash; half of a surrogate pair; a sequence that is cut short. */
    @ParameterizedTest
    @ValueSource(strings = {"<t\u00fcm@b>", "<\u00c0\u00af@b>", "<\u00ed\u00a0\u0080@b>", "<a@b\u00c3>", "<\u00ff>"})
    void octetsThatAreNotUtf8AreNoAddress(String path) {
        assertFault("MAIL FROM:" + path + " SMTPUTF8", Fault.NON_ASCII_ADDRESS);
        assertFault("RCPT TO:" + path, Fault.NON_ASCII_ADDRESS);
    }

    @Test
    void aControlCharacterBeyondAsciiSpoilsTheAddress() {
        assertFault("RCPT TO:" + utf8("<a\u009b2J@b>"), Fault.RECIPIENT_ADDRESS);
        assertFault("MAIL FROM:" + utf8("<a@b\u0085>") + " SMTPUTF8", Fault.SENDER_ADDRESS);
    }

    // Parameters

    @ParameterizedTest
    @CsvSource({
        "SIZE=0, SIZE, 0",
        "size=1024, SIZE, 1024",
        "SIZE=99999999999999999999, SIZE, 99999999999999999999",
        "BODY=8BITMIME, BODY, 8BITMIME",
        "body=binarymime, BODY, binarymime",
        "BODY=7BIT, BODY, 7BIT",
        "AUTH=<>, AUTH, <>",
        "AUTH=tim+40mail.example, AUTH, tim+40mail.example",
        "AUTH=tim+3dx, AUTH, tim+3dx",
        "smtputf8, SMTPUTF8, ''",
        "RET=FULL, RET, FULL",
        "RET=hdrs, RET, hdrs",
        "ENVID=QQ314159+2B, ENVID, QQ314159+2B",
        "BY=120;R, BY, 120;R",
        "BY=-30;NT, BY, -30;NT",
        "BY=+0;n, BY, +0;n",
        "BY=999999999;RT, BY, 999999999;RT",
        "REQUIRETLS, REQUIRETLS, ''",
        "MT-PRIORITY=-9, MT_PRIORITY, -9",
        "MT-PRIORITY=0, MT_PRIORITY, 0",
        "HOLDFOR=86400, HOLDFOR, 86400",
        "HOLDUNTIL=2026-12-01T09:00:00Z, HOLDUNTIL, 2026-12-01T09:00:00Z"
    })
    void parametersOfMailKeepTheirSpelling(String spelled, Parameter parameter, String value) {
        assertThat(parse("MAIL FROM:<a@b> " + spelled)).isEqualTo(new Command.Mail(SENDER).with(parameter, value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOTIFY=NEVER",
                "notify=success",
                "NOTIFY=SUCCESS,FAILURE,DELAY",
                "ORCPT=rfc822;tim@mail.example",
                "ORCPT=rfc822;a+2Bb@c",
                "ORCPT=X-local;tim",
                "ORCPT=utf-8;t\\x{FC}m@b",
            })
    void parametersOfRcpt(String spelled) {
        assertThat(parse("RCPT TO:<a@b> " + spelled))
                .isInstanceOfSatisfying(
                        Command.Rcpt.class,
                        rcpt -> assertThat(rcpt.parameters().toString()).isEqualToIgnoringCase(" " + spelled));
    }

    @Test
    void anOriginalRecipientBeyondAsciiIsOfTheTypeThatIsMadeForIt() {
        String utf8 = utf8("utf-8;t\u00fcm@b");
        assertThat(parse("RCPT TO:<a@b> ORCPT=" + utf8)).isInstanceOf(Command.Rcpt.class);
        assertFault("RCPT TO:<a@b> ORCPT=" + utf8("rfc822;t\u00fcm@b"), Fault.PARAMETER_VALUE, "ORCPT");
    }

    @Test
    void severalParametersKeepTheirOrder() {
        Command.Mail mail = (Command.Mail) parse("MAIL FROM:<a@b> SIZE=7  BODY=7BIT RET=HDRS ENVID=x");

        assertThat(mail.parameters()).hasToString(" SIZE=7 BODY=7BIT RET=HDRS ENVID=x");
        assertThat(mail.size()).isEqualTo(7);
        assertThat(mail.body()).isEqualTo(Body.SEVEN_BIT);
        assertThat(new Command.Mail(SENDER).size()).isEqualTo(-1);
        assertThat(new Command.Mail(SENDER).body()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "00000000000000000001, 1", "99999999999999999999, 9223372036854775807"})
    void aDeclaredSizeIsANumberHoweverLarge(String spelled, long size) {
        assertThat(((Command.Mail) parse("MAIL FROM:<a@b> SIZE=" + spelled)).size())
                .isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SIZE",
                "SIZE=",
                "SIZE=-1",
                "SIZE=1k",
                "SIZE=000000000000000000001",
                "BODY=9BIT",
                "BODY",
                "AUTH=",
                "AUTH=a+4",
                "AUTH=a+xx",
                "AUTH=a=b",
                "SMTPUTF8=",
                "SMTPUTF8=1",
                "REQUIRETLS=yes",
                "RET=ALL",
                "RET",
                "ENVID=",
                "BY=1",
                "BY=1;X",
                "BY=0;R",
                "BY=-1;R",
                "BY=1234567890;N",
                "MT-PRIORITY=10",
                "MT-PRIORITY=-0",
                "MT-PRIORITY=+1",
                "HOLDFOR=0",
                "HOLDFOR=1234567890",
                "HOLDUNTIL=tomorrow",
                "HOLDUNTIL=2026-12-01"
            })
    void aBadValueIsRefusedByItsName(String parameter) {
        assertFault(
                "MAIL FROM:<a@b> " + parameter, Fault.PARAMETER_VALUE, parameter.split("=")[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOTIFY",
                "NOTIFY=",
                "NOTIFY=NEVER,DELAY",
                "NOTIFY=SUCCESS,",
                "NOTIFY=x",
                "ORCPT=tim",
                "ORCPT=;x",
                "ORCPT=rfc822;",
                "ORCPT=a b;c"
            })
    void aBadValueOfRcptToo(String parameter) {
        assertFault(
                "RCPT TO:<a@b> " + parameter, Fault.PARAMETER_VALUE, parameter.split("=")[0]);
    }

    @Test
    void aValueThatIsTooLongIsABadOne() {
        String most = "x".repeat(100);
        assertThat(parse("MAIL FROM:<a@b> ENVID=" + most)).isInstanceOf(Command.Mail.class);
        assertFault("MAIL FROM:<a@b> ENVID=" + most + "x", Fault.PARAMETER_VALUE, "ENVID");
        assertFault("RCPT TO:<a@b> ORCPT=rfc822;" + "x".repeat(12_000), Fault.PARAMETER_VALUE, "ORCPT");
    }

    @ParameterizedTest
    @CsvSource({"SIZE=1 SIZE=1, SIZE", "RET=FULL ENVID=x ret=HDRS, RET", "SMTPUTF8 smtputf8, SMTPUTF8"})
    void aParameterGivenTwiceIsRefused(String parameters, String twice) {
        assertFault("MAIL FROM:<a@b> " + parameters, Fault.PARAMETER_TWICE, twice);
    }

    @Test
    void anIntervalAndADateExcludeEachOther() {
        assertFault("MAIL FROM:<a@b> HOLDFOR=60 HOLDUNTIL=2026-12-01T09:00:00Z", Fault.PARAMETER_CONFLICT, "HOLDUNTIL");
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL FROM:<a@b> XVERP, XVERP",
        "MAIL FROM:<a@b> RRVS=2026-12-01T09:00:00Z, RRVS",
        "MAIL FROM:<a@b> NOTIFY=NEVER, NOTIFY",
        "RCPT TO:<a@b> RET=FULL, RET",
        "RCPT TO:<a@b> SIZE=1, SIZE",
        "RCPT TO:<a@b> x, x"
    })
    void aParameterThatThisCommandDoesNotHaveIsRefusedByItsName(String line, String name) {
        assertFault(line, Fault.PARAMETER_UNKNOWN, name);
    }

    /** What is told to the client stands in a reply. */
    @ParameterizedTest
    @ValueSource(strings = {"=1", "a<b", "-x", "abcdefghijklmnopqrstuvwxyz1234567890", "\u00c3\u00a9"})
    void whatIsNoKeywordIsNotRepeated(String word) {
        assertFault("MAIL FROM:<a@b> " + word, Fault.PARAMETER_UNKNOWN, null);
    }

    // Domains

    @ParameterizedTest
    @CsvSource({"a@b, b", "postmaster, ''", "'\"x@y\"@z', z", "'a@[IPv6:::1]', '[IPv6:::1]'"})
    void anAddressHasADomain(String mailbox, String domain) {
        assertThat(new Address(mailbox).domain()).isEqualTo(domain);
    }

    private static Command parse(String line) {
        return CommandParser.parse(line);
    }

    /** The octets of UTF-8, one character each. */
    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static void assertFault(String line, Fault fault) {
        assertFault(line, fault, null);
    }

    private static void assertFault(String line, Fault fault, String subject) {
        assertThat(parse(line)).as(line).isEqualTo(new Command.Invalid(fault, subject));
    }
}
