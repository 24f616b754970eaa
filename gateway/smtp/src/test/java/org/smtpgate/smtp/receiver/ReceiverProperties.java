package org.smtpgate.smtp.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;

/** A session is the same however its bytes are cut, and no bytes are too much for it. */
class ReceiverProperties {
    private static final List<Integer> WHOLE = List.of(Integer.MAX_VALUE);

    /** Which of its questions the upstream answers with success, over and over; and whether it is quick. */
    record Temper(List<Boolean> willing, boolean quick, BareNewline bareNewline) {}

    @Property(tries = 2_000)
    void aDialogueIsTheSameHoweverItsBytesAreCut(
            @ForAll("dialogues") byte[] bytes, @ForAll("sizes") List<Integer> sizes, @ForAll("tempers") Temper temper) {
        assertThat(transcript(bytes, sizes, temper)).isEqualTo(transcript(bytes, WHOLE, temper));
    }

    /** An upstream that is not quick answers only when nothing else moves, so that the cut cannot matter to it. */
    private static List<String> transcript(byte[] bytes, List<Integer> sizes, Temper temper) {
        Client client = client(temper);
        Mood mood = new Mood(temper.willing());
        if (temper.quick()) {
            client.withUpstream(mood::replyTo);
        }
        client.sends(Octets.cut(bytes, sizes));
        while (client.open() > 0) {
            client.upstreamSays(mood.replyTo(client.nextOpen()).code());
        }
        client.session.inputEnded();
        return client.pump().seen();
    }

    @Property(tries = 2_000)
    void anyBytesAreAnsweredInBoundsAndTheSessionCanBeEnded(
            @ForAll("anything") byte[] bytes, @ForAll("sizes") List<Integer> sizes, @ForAll("tempers") Temper temper) {
        Client client = client(temper).withUpstream(new Mood(temper.willing())::replyTo);
        for (ByteBuffer piece : Octets.cut(bytes, sizes)) {
            client.sends(List.of(piece));
        }
        assertThat(client.seen()).hasSizeLessThanOrEqualTo(3 * bytes.length + 3);

        client.session.shutDown();
        client.pump();

        assertThat(client.closed()).isTrue();
        assertThat(client.session.poll()).isNull();
    }

    @Property
    void plaintextBehindStartTlsIsNeverExecuted(
            @ForAll("dialogues") byte[] injected, @ForAll("sizes") List<Integer> sizes) {
        Settings settings = new Settings();
        settings.startTls = true;
        Client client = Client.greeted(settings);

        client.sends(Octets.cut(Octets.of("STARTTLS\r\n" + Octets.text(injected)), sizes));

        assertThat(client.seen())
                .allMatch(entry -> entry.startsWith("220")
                        || entry.equals("(TLS)")
                        || entry.startsWith("554")
                        || entry.equals("(closed: TLS_INJECTION)"));
        assertThat(client.session.wantsInput()).isFalse();
    }

    private static Client client(Temper temper) {
        Settings settings = new Settings();
        settings.bareNewline = temper.bareNewline();
        settings.message = 40;
        settings.errors = 6;
        settings.recipients = 3;
        settings.repliesOwed = 5;
        return new Client(settings);
    }

    /** What an upstream says in turn. */
    private static final class Mood {
        private final List<Boolean> willing;
        private int asked;

        Mood(List<Boolean> willing) {
            this.willing = willing;
        }

        Reply replyTo(Stage stage) {
            boolean yes = willing.get(asked++ % willing.size());
            int success = stage == Stage.DATA ? 354 : 250;
            return new Reply(yes ? success : 550, List.of("upstream"));
        }
    }

    @Provide
    Arbitrary<byte[]> dialogues() {
        Arbitrary<String> openings = Arbitraries.of(
                "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n",
                "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n",
                "EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nBDAT 3\r\nabc",
                "HELO c\r\n",
                "");
        Arbitrary<String> parts = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.of("MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n", "DATA\r\n", "NOOP\r\n")),
                Tuple.of(3, Arbitraries.of("EHLO c\r\n", "RSET\r\n", "MAIL FROM:<a@b> SIZE=41\r\n", "STARTTLS\r\n")),
                Tuple.of(
                        2,
                        Arbitraries.of("BDAT 5\r\n", "BDAT 3\r\na\r\n", "BDAT 6 LAST\r\nQUIT\r\n", "BDAT 0 LAST\r\n")),
                Tuple.of(1, Arbitraries.of("BDAT 39\r\n", "BDAT 4 LAST\r\n\n.\r\n", "BDAT x\r\n", "BDAT 2\n\r\n")),
                Tuple.of(4, Arbitraries.of("\r\n.\r\n", ".\r\n", "x", "a line of content\r\n", "..\r\n", "\r\n")),
                Tuple.of(2, Arbitraries.of("\n.\r\n", "\r\n.\n", "\r", "\n", "\0", "FOO\r\n")),
                Tuple.of(1, Arbitraries.of("QUIT\r\n", "QUIT\r\nNOOP\r\n")));
        return Combinators.combine(openings, parts.list().ofMaxSize(16))
                .as((opening, list) -> Octets.of(opening + String.join("", list)));
    }

    @Provide
    Arbitrary<byte[]> anything() {
        return Arbitraries.oneOf(dialogues(), Octets.any(), Octets.bordering());
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Octets.sizes();
    }

    @Provide
    Arbitrary<Temper> tempers() {
        Arbitrary<List<Boolean>> willing = Arbitraries.frequency(Tuple.of(4, true), Tuple.of(1, false))
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
        return Combinators.combine(willing, Arbitraries.of(true, false), Arbitraries.of(BareNewline.values()))
                .as(Temper::new);
    }
}
