package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.proxy.upstream.UpstreamSettings.ProxyProtocol;
import org.smtpgate.smtp.Peer;

/** The octets of proxy-protocol.txt, section 2. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "192.0.2.1, 192.0.2.2, TCP4 192.0.2.1 192.0.2.2 4711 587",
                "2001:db8::1, 2001:db8::2, TCP6 2001:db8::1 2001:db8::2 4711 587",
                "fe80::1%eth0, fe80::2%eth0, TCP6 fe80::1 fe80::2 4711 587",
                "192.0.2.1, 2001:db8::2, UNKNOWN",
                "-, -, UNKNOWN",
                "no address, 192.0.2.2, UNKNOWN"
            })
    void version_1_is_a_line(String source, String destination, String line) {
        byte[] header = ProxyHeader.of(ProxyProtocol.V1, peer(source, destination, null));

        assertThat(new String(header, StandardCharsets.US_ASCII)).isEqualTo("PROXY " + line + "\r\n");
    }

    @Test
    void version_2_is_binary() {
        byte[] header = ProxyHeader.of(ProxyProtocol.V2, peer("192.0.2.1", "192.0.2.2", null));

        assertThat(HexFormat.of().formatHex(header))
                .isEqualTo(SIGNATURE + "21" + "11" + "000c" + "c0000201" + "c0000202" + "1267" + "024b");
    }

    @Test
    void with_what_is_known_of_tls() {
        byte[] header = ProxyHeader.of(ProxyProtocol.V2, peer("192.0.2.1", "192.0.2.2", "TLSv1.3/ABC"));

        String version = "21" + "0007" + HexFormat.of().formatHex("TLSv1.3".getBytes(StandardCharsets.US_ASCII));
        String cipher = "23" + "0003" + "414243";
        String tls = "20" + "0015" + "01" + "00000001" + version + cipher;
        assertThat(HexFormat.of().formatHex(header))
                .isEqualTo(SIGNATURE + "21" + "11" + "0024" + "c0000201" + "c0000202" + "1267" + "024b" + tls);
    }

    @Test
    void a_connection_of_the_gateways_own_says_so() {
        assertThat(HexFormat.of().formatHex(ProxyHeader.of(ProxyProtocol.V2, null)))
                .isEqualTo(SIGNATURE + "20" + "00" + "0000");
        assertThat(new String(ProxyHeader.of(ProxyProtocol.V1, null), StandardCharsets.US_ASCII))
                .isEqualTo("PROXY UNKNOWN\r\n");
    }

    @Test
    void without_a_version_there_is_none() {
        assertThat(ProxyHeader.of(ProxyProtocol.OFF, peer("192.0.2.1", "192.0.2.2", null)))
                .isNull();
    }

    private static Peer peer(String source, String destination, String tls) {
        return new Peer(source, 4711, destination, 587, "client.test", true, tls, null);
    }
}
