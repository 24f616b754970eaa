package org.smtpgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTapTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".rn | ''",
                "arn.rn | arn",
                "arn..rn.rn | arn..rn",
                "arn.b.rn.rn | arn.b.rn",
                "a.rn.rn | a.rn",
                "rnrn.rn | rnrn",
                "a n.nrn.rn | a n.nrn",
                "arn.rrn.rn | arn.rrn",
                "arn.rb.rn.rn | arn.rb.rn",
                "an.rnrn.rn | an.rnrn",
                "ar.rn.rn | ar.rn",
                "arn.n.rn.rn | arn.n.rn"
            })
    void endsAtExactlyCrlfDotCrlfHoweverTheBytesAreCut(String wire, String content) throws NoSuchAlgorithmException {
        byte[] bytes = (bytes(wire) + "NOOP\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] expected = bytes(content).getBytes(StandardCharsets.US_ASCII);
        for (int cut = 1; cut <= bytes.length; cut++) {
            ContentTap tap = new ContentTap(true);
            int used = 0;
            while (!tap.ended() && used < bytes.length) {
                used += tap.take(bytes, used, Math.min(bytes.length, used + cut));
            }
            assertThat(tap.ended()).isTrue();
            assertThat(used).isEqualTo(bytes.length - 6);
            assertThat(tap.content()).isEqualTo(expected);
            assertThat(tap.size()).isEqualTo(expected.length);
            assertThat(tap.digest())
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(expected)));
        }
    }

    @ParameterizedTest
    @CsvSource({"arn.rn, false", "an.rn, true", "arb.rn, true", "arrn.rn, true", "arn.rb, true", "arn.n, true"})
    void seesBareNewlines(String wire, boolean bare) {
        ContentTap tap = new ContentTap(false);
        byte[] bytes = bytes(wire).getBytes(StandardCharsets.US_ASCII);
        tap.take(bytes, 0, bytes.length);
        assertThat(tap.bareNewline()).isEqualTo(bare);
    }

    /** In the tables r and n stand for CR and LF. */
    private static String bytes(String table) {
        return table.replace('r', '\r').replace('n', '\n');
    }
}
