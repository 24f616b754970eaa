package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.wire.ContentScanner.Outcome;

/** In the tables r, n and 0 stand for CR, LF and NUL. */
class ContentScannerTest {
    private final ContentScanner scanner = new ContentScanner();

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".rn",
                "arn.rn",
                "rn.rn",
                "rnrn.rn",
                "arn..rn.rn",
                "arn...rn.rn",
                "arn.brn.rn",
                "arn. rn.rn",
                "a.rn.rn",
                "arn.0rn.rn",
                "arn0.rn.rn",
                "such text spills past a digit.rn.rn"
            })
    void endsAtExactlyCrlfDotCrlfTheCrlfOfDataIncluded(String wire) {
        ByteBuffer in = bytes(wire + "QUITrn");

        assertThat(scanner.scan(in)).isEqualTo(Outcome.END);
        assertThat(Octets.text(in)).isEqualTo("QUIT\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"arn.", "arn.r", "arn", "a.rn", "arn..rn", "arn0.rn", "arn.0rn", "arn. rn", "arn.arn", ""})
    void goesOnWithoutIt(String wire) {
        assertThat(scanner.scan(bytes(wire))).isEqualTo(Outcome.MORE);
    }

    /** CVE-2023-51764, -51765, -51766 and their kin: what some server somewhere takes for the end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "an.n",
                "an.rn",
                "arn.n",
                "ar.r",
                "ar.rn",
                "arn.r.",
                "arn.ra",
                "arn.rrn",
                "arrn.n",
                "ar.n",
                "an.r.",
                "arn.r0n",
                "arn.0n",
                "ar0n.rn",
                "an.rrn",
                "arnn.rn.",
                ".n",
                ".rr",
                "n.rn",
                "r.rn",
                "nn.rn",
                "arnn.rn"
            })
    void noOtherEndEndsItAndEachIsSeenAsBare(String wire) {
        assertThat(outcomes(wire)).contains(Outcome.BARE_NEWLINE).doesNotContain(Outcome.END);
    }

    @ParameterizedTest
    @CsvSource({"abncd, 3", "nabc, 1", "arb, 3", "arr, 3", "arn.nb, 5", "arn.rb, 6", "abcdefghijkn, 12"})
    void stopsBehindTheByteThatShowedABareNewline(String wire, int position) {
        ByteBuffer in = bytes(wire);

        assertThat(scanner.scan(in)).isEqualTo(Outcome.BARE_NEWLINE);
        assertThat(in.position()).isEqualTo(position);
    }

    @Test
    void goesOnAfterABareNewlineToTheTrueEnd() {
        ByteBuffer in = bytes("an.nbrn.rn");

        assertThat(scanner.scan(in)).isEqualTo(Outcome.BARE_NEWLINE);
        assertThat(scanner.scan(in)).isEqualTo(Outcome.BARE_NEWLINE);
        assertThat(scanner.scan(in)).isEqualTo(Outcome.END);
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void aNewlineIsFoundAtEachPlaceOfALongWord() {
        for (int at = 0; at < 40; at++) {
            String text = "\u008a\u008d\u00ff\u007f".repeat(10);
            ByteBuffer in = Octets.buffer("a" + text.substring(0, at) + "\n" + text.substring(at));

            assertThat(new ContentScanner().scan(in)).isEqualTo(Outcome.BARE_NEWLINE);
            assertThat(in.position()).isEqualTo(at + 2);
        }
    }

    @Test
    void readsABufferThatIsAViewOfALargerOneWithoutLookingBehindItsLimit() {
        ByteBuffer larger = bytes("xxxxarn.rnyyyy");
        ByteBuffer view = larger.duplicate().position(4).limit(9);

        assertThat(scanner.scan(view)).isEqualTo(Outcome.MORE);
        assertThat(view.position()).isEqualTo(9);
    }

    private static List<Outcome> outcomes(String wire) {
        ContentScanner fresh = new ContentScanner();
        ByteBuffer in = bytes(wire);
        List<Outcome> outcomes = new ArrayList<>();
        while (in.hasRemaining()) {
            outcomes.add(fresh.scan(in));
        }
        return outcomes;
    }

    private static ByteBuffer bytes(String table) {
        return Octets.buffer(table.replace('r', '\r').replace('n', '\n').replace('0', '\0'));
    }
}
