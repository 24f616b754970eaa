package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.smtp.wire.LineBuffer.Outcome.LINE;
import static org.smtpgate.smtp.wire.LineBuffer.Outcome.MORE;
import static org.smtpgate.smtp.wire.LineBuffer.Outcome.TOO_LONG;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Octets;

class LineBufferTest {
    private static final int LIMIT = 10;

    private final LineBuffer buffer = new LineBuffer(LIMIT);

    @Test
    void takesOneLineAtATimeAndLeavesTheRest() {
        ByteBuffer in = Octets.buffer("one\r\ntwo\r\nth");

        assertThat(buffer.take(in)).isEqualTo(LINE);
        assertThat(buffer.line()).isEqualTo("one");
        assertThat(Octets.text(in)).isEqualTo("two\r\nth");
        assertThat(buffer.take(in)).isEqualTo(LINE);
        assertThat(buffer.line()).isEqualTo("two");
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(buffer.take(in)).isEqualTo(MORE);
        assertThat(buffer.isEmpty()).isFalse();
        assertThat(buffer.take(Octets.buffer("ree\r\n"))).isEqualTo(LINE);
        assertThat(buffer.line()).isEqualTo("three");
    }

    @ParameterizedTest
    @CsvSource({"12345678rn, LINE, 12345678", "123456789n, BARE, 123456789", "rn, LINE, ''", "n, BARE, ''"})
    void aLineOfJustTheLimitPasses(String wire, LineBuffer.Outcome outcome, String line) {
        assertThat(buffer.take(bytes(wire))).isEqualTo(outcome);
        assertThat(buffer.line()).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"123456789rn", "1234567890n", "12345678rrn", "quite a bit too much textrn"})
    void oneMoreIsTooLongAndIsGoneToItsEnd(String wire) {
        ByteBuffer in = bytes(wire + "QUITrn");

        assertThat(buffer.take(in)).isEqualTo(TOO_LONG);
        assertThat(buffer.line()).isEmpty();
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(buffer.take(in)).isEqualTo(LINE);
        assertThat(buffer.line()).isEqualTo("QUIT");
    }

    @Test
    void anEndlessLineHoldsNoMoreThanTheLimit() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(buffer.take(Octets.buffer("0123456789"))).isEqualTo(MORE);
            assertThat(buffer.isEmpty()).isFalse();
        }
        assertThat(buffer.take(Octets.buffer("\r\n"))).isEqualTo(TOO_LONG);
    }

    @ParameterizedTest
    @CsvSource({"arbrn, LINE, arb", "arrn, LINE, ar", "rrn, LINE, r", "abn, BARE, ab", "arbn, BARE, arb"})
    void onlyTheLfEndsALineAndOnlyTheLastCrBelongsToTheEnd(String wire, LineBuffer.Outcome outcome, String line) {
        assertThat(buffer.take(bytes(wire))).isEqualTo(outcome);
        assertThat(buffer.line()).isEqualTo(bytesAsText(line));
    }

    @Test
    void aLineLongerThanUsualGrowsTheBufferToItsLimit() {
        LineBuffer large = new LineBuffer(1_000);
        String line = "x".repeat(998);

        assertThat(large.take(Octets.buffer(line + "\r\n"))).isEqualTo(LINE);
        assertThat(large.line()).isEqualTo(line);
    }

    @Test
    void aCharacterIsAnOctet() {
        assertThat(buffer.take(Octets.buffer("\0\u00e9\u00ff\r\n"))).isEqualTo(LINE);
        assertThat(buffer.line()).isEqualTo("\0\u00e9\u00ff");
    }

    /** In the tables r and n stand for CR and LF. */
    private static ByteBuffer bytes(String table) {
        return Octets.buffer(bytesAsText(table));
    }

    private static String bytesAsText(String table) {
        return table.replace('r', '\r').replace('n', '\n');
    }
}
