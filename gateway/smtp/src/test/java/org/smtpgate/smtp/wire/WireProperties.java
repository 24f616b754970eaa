package org.smtpgate.smtp.wire;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.LegalReply;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.wire.ContentScanner.Outcome;

/** What is read is the same however its bytes are cut; and no bytes are too much for a parser. */
class WireProperties {
    private static final List<Integer> WHOLE = List.of(Integer.MAX_VALUE);
    private static final Capabilities EVERYTHING =
            new Capabilities(Arrays.stream(Extension.values()).collect(toMap(Extension::keyword, extension -> "")));

    @Property
    void linesAreTheSameHoweverTheyAreCut(@ForAll("bordering") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        assertThat(lines(bytes, sizes)).isEqualTo(lines(bytes, WHOLE));
    }

    private static List<String> lines(byte[] bytes, List<Integer> sizes) {
        LineBuffer buffer = new LineBuffer(16);
        List<String> seen = new ArrayList<>();
        for (ByteBuffer piece : Octets.cut(bytes, sizes)) {
            while (piece.hasRemaining()) {
                LineBuffer.Outcome outcome = buffer.take(piece);
                if (outcome != LineBuffer.Outcome.MORE) {
                    seen.add(outcome + " " + buffer.line());
                }
            }
        }
        seen.add(buffer.isEmpty() ? "nothing held" : "a part held");
        return seen;
    }

    @Property
    void repliesAreTheSameHoweverTheyAreCut(@ForAll("replies") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        assertThat(replies(bytes, sizes)).isEqualTo(replies(bytes, WHOLE));
    }

    private static List<String> replies(byte[] bytes, List<Integer> sizes) {
        ReplyParser parser = new ReplyParser();
        List<String> seen = new ArrayList<>();
        for (ByteBuffer piece : Octets.cut(bytes, sizes)) {
            while (piece.hasRemaining()) {
                switch (parser.take(piece)) {
                    case MORE -> {}
                    case REPLY -> seen.add(parser.reply().toString());
                    case GARBAGE -> {
                        seen.add("garbage");
                        return seen;
                    }
                }
            }
        }
        seen.add(parser.isEmpty() ? "nothing held" : "a part held");
        return seen;
    }

    @Property(tries = 3_000)
    void theScannerSeesWhatAReferenceOfOneByteATimeSees(
            @ForAll("bordering") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        List<String> expected = NaiveScanner.stops(bytes);

        assertThat(stops(bytes, sizes)).isEqualTo(expected);
        assertThat(stops(bytes, WHOLE)).isEqualTo(expected);
    }

    /** Lines of one length, as base64 has them, are passed by a way of their own; with one octet that does not fit. */
    @Property(tries = 3_000)
    void theScannerSeesTheSameInLinesOfOneLength(@ForAll("alike") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        List<String> expected = NaiveScanner.stops(bytes);

        assertThat(stops(bytes, sizes)).isEqualTo(expected);
        assertThat(stops(bytes, WHOLE)).isEqualTo(expected);
        assertThat(messageOctets(bytes, WHOLE)).isEqualTo(messageOctets(bytes, List.of(1)));
    }

    private static long messageOctets(byte[] bytes, List<Integer> sizes) {
        ContentScanner scanner = new ContentScanner();
        for (ByteBuffer piece : Octets.cut(bytes, sizes)) {
            while (piece.hasRemaining()) {
                scanner.scan(piece);
            }
        }
        return scanner.messageOctets();
    }

    private static List<String> stops(byte[] bytes, List<Integer> sizes) {
        ContentScanner scanner = new ContentScanner();
        List<String> seen = new ArrayList<>();
        int before = 0;
        for (ByteBuffer piece : Octets.cut(bytes, sizes)) {
            while (piece.hasRemaining()) {
                Outcome outcome = scanner.scan(piece);
                if (outcome != Outcome.MORE) {
                    seen.add(outcome + " at " + (before + piece.position()));
                }
            }
            before += piece.limit();
        }
        return seen;
    }

    @Property
    void contentIsRewrittenTheSameHoweverItIsCut(
            @ForAll("bordering") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        assertThat(rewritten(bytes, sizes)).isEqualTo(rewritten(bytes, WHOLE));
    }

    /** An end in the result is the client's own: it stands where the first true CRLF.CRLF stood, or nowhere. */
    @Property(tries = 3_000)
    void rewritingNeverMakesAnEndThatWasNotThere(@ForAll("bordering") byte[] bytes) {
        NewlineNormalizer normalizer = new NewlineNormalizer();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] out = octets(normalizer.rewrite(in));

        assertThat(normalizer.ended()).isEqualTo(NaiveScanner.endOf(bytes) >= 0);
        assertThat(NaiveScanner.endOf(out)).isEqualTo(normalizer.ended() ? out.length : -1);
        assertThat(in.position()).isEqualTo(normalizer.ended() ? NaiveScanner.endOf(bytes) : bytes.length);
        assertThat(NaiveScanner.stops(out)).noneMatch(stop -> stop.startsWith("BARE"));
    }

    @Property
    void whatWasRewrittenIsNotRewrittenAgain(@ForAll("bordering") byte[] bytes) {
        byte[] once = octets(new NewlineNormalizer().rewrite(ByteBuffer.wrap(bytes)));

        assertThat(octets(new NewlineNormalizer().rewrite(ByteBuffer.wrap(once))))
                .isEqualTo(once);
    }

    private static String rewritten(byte[] bytes, List<Integer> sizes) {
        NewlineNormalizer normalizer = new NewlineNormalizer();
        StringBuilder out = new StringBuilder();
        for (ByteBuffer piece : Octets.cut(bytes, sizes)) {
            out.append(Octets.text(normalizer.rewrite(piece)));
        }
        return out + (normalizer.ended() ? " ended" : " goes on");
    }

    // Stuffing

    /** Whatever is in it: line ends and all, if it has only true ones. */
    @Property(tries = 3_000)
    void whatIsStuffedIsUnstuffedToTheSame(@ForAll("bordering") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        String lines = Octets.text(bytes).replaceAll("\r\n|\r|\n", "\r\n");

        assertThat(unstuffed(stuffed(Octets.of(lines), sizes))).isEqualTo(ended(lines));
    }

    @Property(tries = 3_000)
    void whatIsStuffedHasTrueLineEndsAndOneEnd(@ForAll("content") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        String wire = stuffed(bytes, sizes);

        assertThat(NaiveScanner.stops(Octets.of(wire))).containsExactly("END at " + wire.length());
        assertThat(unstuffed(wire)).isEqualTo(ended(Octets.text(bytes).replaceAll("\r\n|\r|\n", "\r\n")));
        assertThat(stuffed(bytes, WHOLE)).isEqualTo(wire);
    }

    /** However careless: CR, LF and CRLF each for the end of a line, and a line of a dot for that of the message. */
    @Property(tries = 3_000)
    void nobodyFindsAnotherEndInWhatIsStuffed(@ForAll("content") byte[] bytes, @ForAll("sizes") List<Integer> sizes) {
        String wire = stuffed(bytes, sizes);
        String message = wire.substring(0, wire.length() - ".\r\n".length());

        assertThat(message.split("\r\n|\r|\n", -1)).doesNotContain(".");
    }

    @Property
    void whatNeedsNoStuffingIsNotCopied(@ForAll("sizes") List<Integer> sizes) {
        DotStuffer stuffer = new DotStuffer();
        for (ByteBuffer piece : Octets.cut(Octets.of("a line\r\n\r\nand .another.\r\n"), sizes)) {
            int at = piece.position();
            assertThat(stuffer.stuff(piece)).isSameAs(piece);
            assertThat(piece.position()).isEqualTo(at);
        }
    }

    private static String stuffed(byte[] content, List<Integer> sizes) {
        DotStuffer stuffer = new DotStuffer();
        StringBuilder wire = new StringBuilder();
        for (ByteBuffer piece : Octets.cut(content, sizes)) {
            int before = piece.remaining();
            ByteBuffer passed = stuffer.stuff(piece);
            assertThat(passed.remaining()).isLessThanOrEqualTo(2 * before + 1);
            wire.append(Octets.text(passed));
        }
        return wire + Octets.text(stuffer.end());
    }

    private static String unstuffed(String wire) {
        assertThat("\r\n" + wire).endsWith("\r\n.\r\n");
        String lines = "\r\n" + wire.substring(0, wire.length() - ".\r\n".length());
        return lines.replace("\r\n.", "\r\n").substring(2);
    }

    private static String ended(String lines) {
        return lines.isEmpty() || lines.endsWith("\r\n") ? lines : lines + "\r\n";
    }

    private static byte[] octets(ByteBuffer buffer) {
        return Octets.of(Octets.text(buffer));
    }

    @Property(tries = 3_000)
    void anyLineIsACommandOrAnInvalidOne(@ForAll("commandLines") String line) {
        assertThat(CommandParser.parse(line)).isNotNull();
    }

    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    @Property(tries = 3_000)
    void anEnvelopeThatIsUnderstoodIsWrittenAsWhatIsReadAsTheSame(@ForAll("envelopeLines") String line) {
        Command command = CommandParser.parse(line);
        Statistics.label("understood").collect(!(command instanceof Command.Invalid));
        Statistics.label("understood").coverage(coverage -> coverage.check(true).percentage(share -> share > 5));
        if (command instanceof Command.Invalid invalid) {
            LegalReply.check(new Replies("gate", "id").fault(invalid));
        } else {
            String wire = Octets.text(CommandWriter.write(command, EVERYTHING));
            assertThat(wire).endsWith("\r\n");
            assertThat(CommandParser.parse(wire.substring(0, wire.length() - 2)))
                    .isEqualTo(command);
        }
    }

    @Property(tries = 3_000)
    void anyReplyThatIsReadIsLegalWhenItIsWritten(@ForAll("replies") byte[] bytes) {
        ReplyParser parser = new ReplyParser();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining() && parser.take(in) == ReplyParser.Outcome.REPLY) {
            LegalReply.check(parser.reply());
        }
    }

    @Provide
    Arbitrary<byte[]> content() {
        return Arbitraries.oneOf(Octets.bordering(), Octets.any());
    }

    @Provide
    Arbitrary<byte[]> bordering() {
        return Octets.bordering();
    }

    @Provide
    Arbitrary<byte[]> alike() {
        Arbitrary<String> firsts = Arbitraries.of("a", "..", ".b");
        Arbitrary<Integer> lengths = Arbitraries.integers().between(2, 90);
        Arbitrary<Integer> places = Arbitraries.integers().between(0, 500);
        Arbitrary<Character> misfits = Arbitraries.of('\r', '\n', '.', '\t', '\u000b', '\u000e', '\u008d', 'x');
        return Combinators.combine(firsts, lengths, places, misfits).as((first, length, place, misfit) -> {
            String text = (first + "z".repeat(length) + "\r\n").repeat(6) + "\r\n.\r\n";
            byte[] octets = Octets.of(text);
            octets[place % octets.length] = (byte) (char) misfit;
            return octets;
        });
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Octets.sizes();
    }

    @Provide
    Arbitrary<byte[]> replies() {
        Arbitrary<byte[]> likely = Arbitraries.frequencyOf(
                        Tuple.of(8, Arbitraries.of("250 ok\r\n", "250-a\r\n", "354 go\n", "250\r\n", "421 bye\r\n")),
                        Tuple.of(4, Arbitraries.of("250", "-", " ", "x", "\r\n", "\n")),
                        Tuple.of(1, Arbitraries.of("250 a\rb\0c\u001b\u007f\u00e9\r\n", "\r", "\0", "garbage\r\n")))
                .list()
                .ofMaxSize(16)
                .map(parts -> Octets.of(String.join("", parts)));
        return Arbitraries.oneOf(likely, Octets.any());
    }

    @Provide
    Arbitrary<String> envelopeLines() {
        Arbitrary<String> addresses =
                Arbitraries.of("<a@b>", "<>", "<\u00c3\u00bc@b>", "<\"\u00e6\u00b5\u008b\"@c>", "<\u00fc@b>", "<a@b");
        Arbitrary<String> parameters = Arbitraries.of(
                "SIZE=12",
                "BODY=8BITMIME",
                "BODY=BINARYMIME",
                "AUTH=<>",
                "SMTPUTF8",
                "RET=FULL",
                "ENVID=a+2Bb",
                "BY=9;R",
                "REQUIRETLS",
                "MT-PRIORITY=3",
                "HOLDFOR=9",
                "HOLDUNTIL=2026-12-01T09:00:00Z",
                "NOTIFY=NEVER",
                "ORCPT=rfc822;a@b",
                "ORCPT=utf-8;\u00c3\u00bc@b",
                "X=\u00c3\u00bc",
                "SIZE",
                "=");
        return Combinators.combine(
                        Arbitraries.of("MAIL FROM:", "RCPT TO:"),
                        addresses,
                        parameters.list().ofMaxSize(4))
                .as((verb, address, list) ->
                        verb + address + list.stream().map(" "::concat).collect(joining()));
    }

    @Provide
    Arbitrary<String> commandLines() {
        Arbitrary<String> parts = Arbitraries.of(
                "MAIL",
                "RCPT",
                "AUTH",
                "BDAT",
                "EHLO",
                " ",
                " FROM:",
                " TO:",
                "<",
                ">",
                "@",
                "\"",
                "\\",
                "[",
                "]",
                ":",
                ",",
                "a",
                ".",
                "=",
                "SIZE",
                "BODY",
                "8BITMIME",
                "PLAIN",
                "99999999999999999999",
                "-1",
                "LAST",
                "\0",
                "\t",
                "\r",
                "\u00e9",
                "\u00ff");
        Arbitrary<String> likely = parts.list().ofMaxSize(12).map(list -> String.join("", list));
        return Arbitraries.oneOf(likely, Octets.any().map(Octets::text));
    }
}
