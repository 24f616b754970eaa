package org.smtpgate.smtp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The size that SIZE limits is the message's (RFC 1870 section 3), not that of what is on the wire. */
class MessageSizeTest {

    @ParameterizedTest(name = "{0} is a message of {1} octets")
    @CsvSource({
        "'.|', 0",
        "'a|.|', 3",
        "'..|.|', 3",
        "'..a|..b|.|', 8",
        "'.a|.|', 3",
        "'a.b|.|', 5",
    })
    void stuffed_dots_and_the_final_line_do_not_count(String lines, long octets) {
        ContentScanner scanner = new ContentScanner();
        assertThat(scanner.scan(bytes(lines))).isEqualTo(ContentScanner.Outcome.END);
        assertThat(scanner.messageOctets()).isEqualTo(octets);
    }

    @ParameterizedTest(name = "cut in {0}")
    @CsvSource({"'abc|.'", "'abc|.|'"})
    void a_final_line_that_is_not_whole_yet_does_not_count(String lines) {
        ContentScanner scanner = new ContentScanner();
        ByteBuffer bytes = bytes(lines);
        while (bytes.hasRemaining()) {
            scanner.scan(ByteBuffer.wrap(new byte[] {bytes.get()}));
            assertThat(scanner.messageOctets()).isLessThanOrEqualTo(5);
        }
        assertThat(scanner.messageOctets()).isEqualTo(5);
    }

    private static ByteBuffer bytes(String lines) {
        return ByteBuffer.wrap(lines.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }
}
