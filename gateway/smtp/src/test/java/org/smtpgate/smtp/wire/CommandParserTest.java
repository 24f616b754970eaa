package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Command.Fault;
import org.smtpgate.smtp.Verb;

class CommandParserTest {

    @ParameterizedTest
    @EnumSource(names = {"STARTTLS", "DATA", "RSET", "NOOP", "VRFY", "EXPN", "HELP", "QUIT"})
    void aVerbAloneIsReadInAnyCaseAndWithBlanksBehindIt(Verb verb) {
        String lower = verb.name().toLowerCase();
        String mixed = verb.name().charAt(0) + lower.substring(1);

        for (String line : new String[] {verb.name(), lower, mixed, lower + "  ", lower + " \t"}) {
            assertThat(CommandParser.parse(line)).as(line).isEqualTo(new Command.Plain(verb));
        }
    }

    @ParameterizedTest
    @CsvSource({"STARTTLS x", "DATA now", "RSET 1", "quit please"})
    void anArgumentIsRefusedWhereNoneIsAllowed(String line) {
        assertFault(line, Fault.NO_ARGUMENT_ALLOWED);
    }

    @ParameterizedTest
    @CsvSource({"NOOP x, NOOP", "VRFY <a@b>, VRFY", "EXPN list, EXPN", "HELP MAIL, HELP"})
    void anArgumentThatDoesNotMatterIsPassedOver(String line, Verb verb) {
        assertThat(CommandParser.parse(line)).isEqualTo(new Command.Plain(verb));
    }

    @Test
    void ehloAndHeloKeepTheNameThatTheClientGives() {
        assertThat(CommandParser.parse("EHLO mx.example")).isEqualTo(new Command.Ehlo("mx.example"));
        assertThat(CommandParser.parse("ehlo  [IPv6:::1] ")).isEqualTo(new Command.Ehlo("[IPv6:::1]"));
        assertThat(CommandParser.parse("helo h\u00fctte")).isEqualTo(new Command.Helo("h\u00fctte"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AUTH PLAIN             | PLAIN  |",
                "auth login             | LOGIN  |",
                "AUTH PLAIN =           | PLAIN  | =",
                "AUTH PLAIN AHRpbQB0bQ==| PLAIN  | AHRpbQB0bQ==",
                "AUTH scram-sha-256 biws| SCRAM-SHA-256 | biws"
            })
    void authHasAMechanismAndPerhapsAnInitialResponse(String line, String mechanism, String initial) {
        assertThat(CommandParser.parse(line)).isEqualTo(new Command.Auth(mechanism, initial));
    }

    @Test
    void theInitialResponseIsNotPrinted() {
        assertThat(CommandParser.parse("AUTH PLAIN AHRpbQB0bQ==").toString()).doesNotContain("AHRpbQB0bQ==");
    }

    @ParameterizedTest
    @CsvSource({
        "BDAT 0, 0, false",
        "BDAT 86 LAST, 86, true",
        "bdat 7  last, 7, true",
        "BDAT 00000000000000000012, 12, false",
        "BDAT 99999999999999999999, 9223372036854775807, false"
    })
    void bdatHasASizeOfUpToTwentyDigits(String line, long size, boolean last) {
        assertThat(CommandParser.parse(line)).isEqualTo(new Command.Bdat(size, last));
    }

    @ParameterizedTest
    @CsvSource({
        "EHLO, EHLO_SYNTAX",
        "'HELO  ', EHLO_SYNTAX",
        "AUTH, AUTH_SYNTAX",
        "AUTH PLAIN a b, AUTH_SYNTAX",
        "BDAT, BDAT_SYNTAX",
        "BDAT -1, BDAT_SYNTAX",
        "BDAT +1, BDAT_SYNTAX",
        "BDAT 0x10, BDAT_SYNTAX",
        "BDAT 1 FIRST, BDAT_SYNTAX",
        "BDAT 1 LAST LAST, BDAT_SYNTAX",
        "BDAT 000000000000000000001, BDAT_SYNTAX",
        "MAIL, MAIL_SYNTAX",
        "MAIL <a@b>, MAIL_SYNTAX",
        "MAIL TO:<a@b>, MAIL_SYNTAX",
        "MAIL FROM <a@b>, MAIL_SYNTAX",
        "MAIL FROM :<a@b>, MAIL_SYNTAX",
        "MAIL FROM:a@b, MAIL_SYNTAX",
        "RCPT, RCPT_SYNTAX",
        "RCPT FROM:<a@b>, RCPT_SYNTAX",
        "RCPT TO:a@b, RCPT_SYNTAX",
        "'', UNKNOWN_COMMAND",
        "' NOOP', UNKNOWN_COMMAND",
        "NOOPX, UNKNOWN_COMMAND",
        "GET / HTTP/1.1, HTTP_REQUEST",
        "MAILFROM:<a@b>, UNKNOWN_COMMAND",
        "n\u00f6op, UNKNOWN_COMMAND"
    })
    void badSyntaxIsNamedByItsVerb(String line, Fault fault) {
        assertFault(line, fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0",
                "NOOP\0",
                "NO\0OP",
                "NOOP \u0001",
                "MAIL FROM:<a\0@b>",
                "MAIL FROM:<a@b>\r",
                "RCPT TO:<a@b\u007f>",
                "EHLO a\u001b[2Jb",
                "QUIT\u000b",
                "EHLO a\rEHLO b"
            })
    void aControlCharacterAnywhereSpoilsTheLine(String line) {
        assertFault(line, Fault.CONTROL_CHARACTER);
    }

    @Test
    void aTabIsNoBlankBetweenWords() {
        assertFault("MAIL\tFROM:<a@b>", Fault.UNKNOWN_COMMAND);
    }

    private static void assertFault(String line, Fault fault) {
        assertThat(CommandParser.parse(line)).as(line).isEqualTo(new Command.Invalid(fault));
    }
}
