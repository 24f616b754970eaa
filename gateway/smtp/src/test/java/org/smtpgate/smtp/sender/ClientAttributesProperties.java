package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.smtpgate.smtp.Peer;

/** Nothing that a client says of itself can end its attribute, or the line, or be taken for another one's. */
class ClientAttributesProperties {
    private static final List<String> XCLIENT =
            List.of("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT");
    private static final List<String> XFORWARD = List.of("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE");

    @Property(tries = 2_000)
    void eachAttributeIsThereOnceAndReadsBackAsItWas(@ForAll("said") String helo, @ForAll("said") String login) {
        Peer peer = new Peer("192.0.2.1", 99, "192.0.2.2", 587, helo, false, null, login);

        List<String> lines = ClientAttributes.xclient(peer, true, XCLIENT).lines("XCLIENT");

        Map<String, String> read = read(lines, "XCLIENT");
        assertThat(read).containsOnlyKeys(XCLIENT);
        assertThat(read)
                .containsEntry("ADDR", "192.0.2.1")
                .containsEntry("PORT", "99")
                .containsEntry("PROTO", "SMTP");
        assertThat(List.of("[UNAVAILABLE]", latin(helo))).contains(read.get("HELO"));
        assertThat(List.of("[UNAVAILABLE]", login)).contains(read.get("LOGIN"));
        if (!login.isEmpty() && login.length() < 60) {
            assertThat(read.get("LOGIN")).isEqualTo(login);
        }
        assertThat(lines.get(lines.size() - 1)).endsWith("ADDR=192.0.2.1");
    }

    @Property
    void xforwardLikewise(@ForAll("said") String helo, @ForAll("said") String session) {
        Peer peer = new Peer("::1", 99, "::1", 587, helo, true, null, null);

        Map<String, String> read =
                read(ClientAttributes.xforward(peer, session, XFORWARD).lines("XFORWARD"), "XFORWARD");

        assertThat(read).containsOnlyKeys(XFORWARD);
        assertThat(read).containsEntry("ADDR", "IPV6:::1").containsEntry("SOURCE", "REMOTE");
    }

    @Property
    void justWhatTheUpstreamKnowsIsSaid(@ForAll("known") List<String> known) {
        Peer peer = new Peer("192.0.2.1", 99, "192.0.2.2", 587, "h", true, null, "l");

        ClientAttributes attributes = ClientAttributes.xclient(peer, true, known);

        assertThat(attributes.names())
                .isSubsetOf(known)
                .containsAll(known.stream().filter(XCLIENT::contains).toList());
        assertThat(attributes.lines("XCLIENT").isEmpty())
                .isEqualTo(attributes.names().isEmpty());
    }

    @Example
    void whatIsNotKnownIsSaidToBeUnavailable() {
        Peer peer = new Peer("fe80::1%eth0", 0, null, 0, null, false, null, null);

        assertThat(ClientAttributes.xclient(peer, true, XCLIENT).lines("XCLIENT"))
                .containsExactly("NAME=[UNAVAILABLE] PROTO=SMTP HELO=[UNAVAILABLE] LOGIN=[UNAVAILABLE]"
                        + " DESTADDR=[UNAVAILABLE] DESTPORT=[UNAVAILABLE] PORT=[UNAVAILABLE] ADDR=IPV6:fe80::1");
    }

    /** As the README of XCLIENT tells servers to; fails on whatever is no such line. */
    private static Map<String, String> read(List<String> lines, String verb) {
        Map<String, String> read = new HashMap<>();
        for (String line : lines) {
            assertThat(line.chars()).allMatch(c -> c >= ' ' && c < 0x7F);
            assertThat(verb.length() + 1 + line.length() + 2).isLessThanOrEqualTo(512);
            for (String attribute : line.split(" ", -1)) {
                String[] sides = attribute.split("=", -1);
                assertThat(sides).as(line).hasSize(2);
                assertThat(read.put(sides[0], decode(sides[1]))).as(line).isNull();
            }
        }
        return read;
    }

    private static String decode(String xtext) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < xtext.length(); i++) {
            if (xtext.charAt(i) == '+') {
                octets.write(Integer.parseInt(xtext.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                octets.write(xtext.charAt(i));
            }
        }
        return octets.toString(StandardCharsets.UTF_8);
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<String> said() {
        Arbitrary<String> hostile =
                Arbitraries.of("\r\n", "MAIL FROM:<x>", " ", "=", "+", "ADDR=1.2.3.4", "LOGIN", "é", "a", "\0", "+0D");
        return hostile.list().ofMaxSize(30).map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<List<String>> known() {
        List<String> all = new ArrayList<>(XCLIENT);
        all.addAll(List.of("TTL", "SESSION", "FORWARD"));
        return Arbitraries.of(all).list().uniqueElements().ofMaxSize(11);
    }
}
