package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.smtp.Octets;

class DotStufferTest {

    /** {@code r} and {@code n} stand for CR and LF. */
    @ParameterizedTest
    @CsvSource({
        "'', .rn",
        "a, arn.rn",
        "arn, arn.rn",
        "., ..rn.rn",
        "..rn, ...rn.rn",
        "a.rnb, a.rnbrn.rn",
        "arn.rn, arn..rn.rn",
        "arn.rnMAIL, arn..rnMAILrn.rn",
        // What a careless server would take for an end.
        "an.n, arn..rn.rn",
        "an.rn, arn..rn.rn",
        "arn.n, arn..rn.rn",
        "ar.r, arn..rn.rn",
        "ar.rn, arn..rn.rn",
        "arn.r, arn..rn.rn",
        "ar, arn.rn",
        "arrn, arnrn.rn",
        "annb, arnrnbrn.rn"
    })
    void dotsAreDoubledLinesEndedAndTheMessageToo(String content, String wire) {
        String spelled = content.replace('r', '\r').replace('n', '\n');
        DotStuffer stuffer = new DotStuffer();
        String passed = Octets.text(stuffer.stuff(Octets.buffer(spelled))) + Octets.text(stuffer.end());

        assertThat(passed.replace('\r', 'r').replace('\n', 'n')).isEqualTo(wire);
    }

    @Test
    void aLineEndPartedByABorderIsOne() {
        DotStuffer stuffer = new DotStuffer();
        ByteBuffer first = Octets.buffer("a\r");
        ByteBuffer second = Octets.buffer("\nb");

        assertThat(stuffer.stuff(first)).isSameAs(first);
        assertThat(stuffer.stuff(second)).isSameAs(second);
    }

    @Test
    void aPartOfABufferIsReadFromItsOwnPosition() {
        DotStuffer stuffer = new DotStuffer();
        ByteBuffer inMiddle = Octets.buffer("xx.yy").position(2);

        assertThat(Octets.text(stuffer.stuff(inMiddle))).isEqualTo("..yy");
    }
}
