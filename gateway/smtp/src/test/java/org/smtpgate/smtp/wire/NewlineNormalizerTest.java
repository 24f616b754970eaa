package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.smtp.Octets;

/** In the tables r and n stand for CR and LF. */
class NewlineNormalizerTest {
    private final NewlineNormalizer normalizer = new NewlineNormalizer();

    @ParameterizedTest
    @CsvSource({
        "abc, abc, false",
        "arnb, arnb, false",
        "anb, arnb, false",
        "arb, arnb, false",
        "arrb, arnrnb, false",
        "annb, arnrnb, false",
        "anrb, arnrnb, false",
        "arrnb, arnrnb, false",
        "arnrnb, arnrnb, false",
        "ar, a, false",
        "arn.rn, arn.rn, true",
        ".rn, .rn, true",
        "an..rn, arn..rn, false",
        "arn..n, arn..rn, false",
        "arn.bn, arn.brn, false",
        "an.rn.rn, arn..rn.rn, true"
    })
    void makesEveryNewlineACrlf(String wire, String rewritten, boolean ended) {
        assertThat(rewrite(wire)).isEqualTo(bytes(rewritten));
        assertThat(normalizer.ended()).isEqualTo(ended);
    }

    @ParameterizedTest
    @CsvSource({
        "an.n, arn..rn",
        "an.rn, arn..rn",
        "arn.n, arn..rn",
        "ar.rb, arn..rnb",
        "ar.rn, arn..rn",
        "arn.rb, arn..rnb",
        "arn.rrnb, arn..rnrnb",
        "arrn.n, arnrn..rn",
        ".nb, ..rnb",
        ".rb, ..rnb",
        "n.rnb, rn..rnb",
        "r.rnb, rn..rnb"
    })
    void aDotThatWouldBecomeAnEndIsDoubled(String wire, String rewritten) {
        assertThat(rewrite(wire)).isEqualTo(bytes(rewritten));
        assertThat(normalizer.ended()).isFalse();
    }

    @Test
    void takesNothingBehindTheEnd() {
        ByteBuffer in = Octets.buffer(bytes("an.rnbrn.rnMAIL"));

        assertThat(Octets.text(normalizer.rewrite(in))).isEqualTo(bytes("arn..rnbrn.rn"));
        assertThat(Octets.text(in)).isEqualTo("MAIL");
    }

    private String rewrite(String wire) {
        return Octets.text(normalizer.rewrite(Octets.buffer(bytes(wire))));
    }

    private static String bytes(String table) {
        return table.replace('r', '\r').replace('n', '\n');
    }
}
