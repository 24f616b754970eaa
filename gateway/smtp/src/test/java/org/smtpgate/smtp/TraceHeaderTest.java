package org.smtpgate.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceHeaderTest {
    private static final Instant AT = Instant.parse("2026-11-05T07:03:09.123Z");
    private static final String TLS = "TLSv1.3/TLS_AES_256_GCM_SHA384";

    @Test
    void theFieldSaysFromWhomByWhomHowAndWhen() {
        TraceHeader header =
                new TraceHeader(peer("client.example", "192.0.2.7", true, TLS, "alice"), "gate", "4bdrs136s3");

        assertThat(text(header, false, false)).isEqualTo("""
                Received: from client.example ([192.0.2.7])
                \t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384)
                \tby gate (smtpgate) with ESMTPSA id 4bdrs136s3;
                \tThu, 05 Nov 2026 07:03:09 +0000
                """.replace("\n", "\r\n"));
    }

    @Test
    void theLoginIsToldOnlyWhereThatIsWanted() {
        TraceHeader header = new TraceHeader(peer("c", "192.0.2.7", true, null, "alice@example.org"), "gate", "id");

        assertThat(text(header, false, false)).doesNotContain("alice").contains(" with ESMTPA ");
        assertThat(text(header, false, true)).contains("\r\n\t(Authenticated sender: alice@example.org)\r\n\tby ");
    }

    /** RFC 3848; RFC 6531 section 4.3. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "false, -, -, false, SMTP",
                "false, T/C, -, true, SMTP",
                "true, -, -, false, ESMTP",
                "true, T/C, -, false, ESMTPS",
                "true, -, a, false, ESMTPA",
                "true, T/C, a, false, ESMTPSA",
                "true, -, -, true, UTF8SMTP",
                "true, T/C, -, true, UTF8SMTPS",
                "true, -, a, true, UTF8SMTPA",
                "true, T/C, a, true, UTF8SMTPSA"
            })
    void theProtocolHasItsRegisteredName(boolean esmtp, String tls, String login, boolean utf8, String protocol) {
        TraceHeader header = new TraceHeader(peer("c", "192.0.2.7", esmtp, tls, login), "gate", "id");

        assertThat(text(header, utf8, false)).contains(" with " + protocol + " id ");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, [192.0.2.7]",
        "2001:db8:0:0:0:0:0:1, [IPv6:2001:db8:0:0:0:0:0:1]",
        "fe80:0:0:0:0:0:0:1%eth0, [IPv6:fe80:0:0:0:0:0:0:1]"
    })
    void theAddressIsALiteral(String address, String literal) {
        TraceHeader header = new TraceHeader(peer("[10.0.0.1]", address, true, null, null), "gate", "id");

        assertThat(text(header, false, false)).startsWith("Received: from [10.0.0.1] (" + literal + ")\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'a b', a?b",
        "'x) by evil (', x??by?evil??",
        "'a\r\nSubject: forged', a??Subject:?forged",
        "'h\u00c3\u00bctte', h??tte",
        "'a;b', a?b",
        "'<a@b>', ?a?b?"
    })
    void aNameMakesNothingOfItsOwn(String helo, String told) {
        TraceHeader header = new TraceHeader(peer(helo, "192.0.2.7", true, null, null), "gate", "id");

        assertThat(text(header, false, false)).startsWith("Received: from " + told + " (");
    }

    @Property
    void whateverAClientSaysTheFieldIsOneAndItsLengthBounded(
            @ForAll @StringLength(max = 600) String helo,
            @ForAll @StringLength(max = 600) String login,
            @ForAll boolean utf8,
            @ForAll boolean told) {
        Peer peer = peer(helo, "2001:db8:1111:2222:3333:4444:5555:6666", true, TLS, login);
        TraceHeader header = new TraceHeader(peer, "g".repeat(255), "4bdrs136s3");
        byte[] octets = header.octets(AT, utf8, told);
        List<String> lines = List.of(Octets.text(octets).split("\r\n", -1));

        assertThat(octets).hasSizeLessThanOrEqualTo(TraceHeader.OCTETS_MAX);
        assertThat(header.octets(AT.plusSeconds(40_000_000), utf8, told)).hasSameSizeAs(octets);
        assertThat(lines).hasSize(told ? 6 : 5).last().isEqualTo("");
        assertThat(lines.get(0)).startsWith("Received: from ");
        assertThat(lines.subList(1, lines.size() - 1)).allMatch(line -> line.startsWith("\t"));
        assertThat(lines)
                .allMatch(line ->
                        line.length() <= 998 && line.chars().allMatch(c -> c == '\t' || c >= ' ' && c < 0x7F));
        assertThat(String.join("", lines).chars().filter(c -> c == '(')).hasSize(told ? 4 : 3);
        assertThat(String.join("", lines).chars().filter(c -> c == ')')).hasSize(told ? 4 : 3);
        assertThat(String.join("", lines).chars().filter(c -> c == ';')).hasSize(1);
    }

    private static String text(TraceHeader header, boolean utf8, boolean login) {
        return Octets.text(header.octets(AT, utf8, login));
    }

    private static Peer peer(String helo, String address, boolean esmtp, String tls, String login) {
        return new Peer(address, 1, "192.0.2.1", 587, helo, esmtp, tls, login);
    }
}
