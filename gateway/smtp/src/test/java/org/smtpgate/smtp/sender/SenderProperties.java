package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Peer;

/** An upstream's dialogue is the same however its bytes are cut, and nothing it says is too much. */
class SenderProperties {
    private static final List<Integer> WHOLE = List.of(Integer.MAX_VALUE);

    @Property
    void aHandshakeIsTheSameHoweverItsBytesAreCut(
            @ForAll("replies") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        assertThat(said(new Upstream(Handshake.plain("gate")), bytes, sizes))
                .isEqualTo(said(new Upstream(Handshake.plain("gate")), bytes, WHOLE));
    }

    @Property
    void theAnswersToAGroupAreTheSameHoweverTheyAreCut(
            @ForAll("replies") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        assertThat(said(group(), bytes, sizes)).isEqualTo(said(group(), bytes, WHOLE));
    }

    /** What did not fit into AUTH is said by the session itself, so that this exchange needs no driver. */
    @Property
    void aLoginIsTheSameHoweverItsBytesAreCut(@ForAll("replies") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        assertThat(said(loggingIn(), bytes, sizes)).isEqualTo(said(loggingIn(), bytes, WHOLE));
    }

    /** Whatever the upstream says: at most one line for each of its replies, and one loss. */
    @Property(tries = 2_000)
    void noLoginIsTooMuchAndOnlyA235MakesItReady(
            @ForAll("replies") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        Upstream upstream = loggingIn();
        for (ByteBuffer piece : Octets.cut(bytes, sizes)) {
            upstream.says(piece);
            upstream.answersChallenges();
        }
        List<String> seen = upstream.seen();
        long replies = Octets.text(bytes).lines().count();
        assertThat(seen).hasSizeLessThanOrEqualTo(2 * (int) replies + 2);
        if (seen.contains("(ready)")) {
            assertThat(Octets.text(bytes)).contains("235 ok\r\n");
        }
    }

    /** MAIL is written once at most, and only behind an EHLO that answers a taken XCLIENT, or with word that there is none. */
    @Property(tries = 2_000)
    void noMailIsWrittenBeforeTheUpstreamKnowsWhoseItIs(
            @ForAll("replies") byte[] bytes,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll Introduction.Xclient fallback) {
        Assume.that(fallback != Introduction.Xclient.OFF);
        Peer peer = new Peer("192.0.2.1", 1, "192.0.2.2", 2, "h", true, null, "l");
        Upstream upstream = Upstream.ready("XCLIENT ADDR LOGIN", "XFORWARD ADDR", "PIPELINING")
                .isTold(new Introduction(peer, "s1", fallback, true, false))
                .isSent(Upstream.MAIL, Upstream.RCPT);
        assertThat(upstream.seen()).containsExactly("XCLIENT LOGIN=l ADDR=192.0.2.1");

        List<String> seen = said(upstream, bytes, sizes);

        assertThat(seen).hasSizeLessThanOrEqualTo(8);
        int mail = seen.indexOf("MAIL FROM:<a@b>");
        if (mail >= 0) {
            List<String> before = seen.subList(0, mail);
            boolean without = before.stream().anyMatch(line -> line.startsWith("(no XCLIENT"));
            assertThat(without && fallback == Introduction.Xclient.IGNORE).isNotEqualTo(before.contains("EHLO gate"));
            assertThat(before).doesNotContain("RCPT TO:<c@d>");
        }
    }

    private static Upstream loggingIn() {
        Upstream upstream = new Upstream(Handshake.plain("gate").withLogin())
                .says("220 mx\r\n")
                .says("250-mx\r\n250 AUTH PLAIN\r\n");
        upstream.logsIn("PLAIN", new byte[500], true).seen();
        return upstream;
    }

    /** At most one answer for each command, one thing to write for each command, and one loss: the fixture sees to the last. */
    @Property(tries = 2_000)
    void noBytesAreTooMuch(@ForAll("replies") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        assertThat(said(new Upstream(Handshake.startTls("gate")), bytes, sizes)).hasSizeLessThanOrEqualTo(5);
        assertThat(said(group(), bytes, sizes)).hasSizeLessThanOrEqualTo(4);
    }

    private static Upstream group() {
        Upstream upstream = Upstream.ready("PIPELINING").isSent(Upstream.MAIL, Upstream.RCPT, Upstream.DATA);
        upstream.seen();
        return upstream;
    }

    private static List<String> said(Upstream upstream, byte[] bytes, List<Integer> sizes) {
        for (ByteBuffer piece : Octets.cut(bytes, sizes)) {
            upstream.says(piece);
        }
        return upstream.seen();
    }

    @Provide
    Arbitrary<byte[]> replies() {
        Arbitrary<byte[]> likely = Arbitraries.frequencyOf(
                        Tuple.of(
                                4, Arbitraries.of("334 \r\n", "334 YQ==\r\n", "334 ?\r\n", "235 ok\r\n", "535 no\r\n")),
                        Tuple.of(6, Arbitraries.of("220 mx\r\n", "250 ok\r\n", "354 go\r\n", "250-a\r\n")),
                        Tuple.of(3, Arbitraries.of("250 STARTTLS\r\n", "550 no\r\n", "502 what\r\n", "451 later\r\n")),
                        Tuple.of(1, Arbitraries.of("421 bye\r\n", "221 bye\r\n", "251 odd\r\n", "garbage\r\n", "2")))
                .list()
                .ofMaxSize(10)
                .map(parts -> Octets.of(String.join("", parts)));
        return Arbitraries.frequencyOf(Tuple.of(4, likely), Tuple.of(1, Octets.any()));
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Octets.sizes();
    }
}
