package org.smtpgate.smtp.contract;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.contract.Step.Behind;
import org.smtpgate.smtp.contract.Step.Blow;
import org.smtpgate.smtp.contract.Step.Line;
import org.smtpgate.smtp.sender.Loss;

/**
 * The four invariants of the closure contract, after every step of random lives of a client and its upstreams: no false
 * acceptance, no bare drop, QUIT the gateway's own, no truncated message completed. The models say what must not be.
 */
class ClosureContractProperties {

    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    @Property(tries = 3_000, edgeCases = EdgeCasesMode.NONE)
    void theFourInvariantsHoldAfterEveryStep(
            @ForAll("settings") World.Setting setting, @ForAll("lives") List<Step> life, @ForAll boolean byForce) {
        World world = new World(setting);
        life.forEach(world::take);
        world.finish(byForce);

        // A test that never gets as far as to a message would prove nothing.
        Statistics.label("accepted").collect(world.accepted() > 0);
        Statistics.label("accepted").coverage(coverage -> coverage.check(true).percentage(share -> share > 15));
        Statistics.label("accepted in chunks").collect(world.acceptedInChunks() > 0);
        Statistics.label("accepted in chunks")
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 5));
        Statistics.label("lost at the end of data").collect(world.lossesAtTheEnd() > 0);
        Statistics.label("lost at the end of data")
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 2));
    }

    @Provide
    Arbitrary<World.Setting> settings() {
        return Combinators.combine(
                        Octets.sizes(),
                        Arbitraries.of(BareNewline.values()),
                        Combinators.combine(Arbitraries.of(true, false), Arbitraries.of(true, false))
                                .as(MailServer.Kind::new),
                        Arbitraries.of(true, false))
                .as(World.Setting::new);
    }

    /** Single steps, and whole mails, which chance alone would seldom put together. */
    @Provide
    Arbitrary<List<Step>> lives() {
        return Arbitraries.frequencyOf(
                        Tuple.of(5, steps().list().ofMaxSize(8)),
                        Tuple.of(2, mails(Behind.NOTHING)),
                        Tuple.of(1, mails(Behind.MAIL)),
                        Tuple.of(1, mails(Behind.QUIT)),
                        Tuple.of(2, chunkedMails()))
                .list()
                .ofMaxSize(6)
                .map(parts -> parts.stream().flatMap(List::stream).toList());
    }

    /** A mail up to its end or a little less, and what its upstream makes of it. */
    private static Arbitrary<List<Step>> mails(Behind behind) {
        List<Step> mail = List.of(
                new Step.Group(List.of(Line.MAIL, Line.RCPT, Line.DATA)),
                new Step.UpstreamAnswers(5),
                new Step.Content(List.of("..text\r\n"), true, behind));
        Arbitrary<Step> outcomes = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(new Step.UpstreamAnswers(1))), Tuple.of(2, upstream()));
        return Combinators.combine(Arbitraries.of(1, 2, 3, 3), outcomes)
                .as((length, outcome) -> Stream.concat(mail.stream().limit(length), Stream.of(outcome))
                        .toList());
    }

    /** A mail in chunks, all at once or one after the other, up to its last one or less. */
    private static Arbitrary<List<Step>> chunkedMails() {
        Arbitrary<List<Step>> groups = Arbitraries.of(
                List.of(new Step.Group(List.of(Line.MAIL, Line.RCPT))),
                List.of(new Step.Group(List.of(Line.MAIL, Line.RCPT)), new Step.UpstreamAnswers(4)));
        Arbitrary<Step> chunk = Combinators.combine(parts(), Arbitraries.of(true, false, false), behinds())
                .as(Step.Chunk::new);
        Arbitrary<List<Step>> chunks = Arbitraries.frequencyOf(
                        Tuple.of(6, chunk),
                        Tuple.of(3, Arbitraries.integers().between(1, 5).map(Step.UpstreamAnswers::new)),
                        Tuple.of(1, upstream()),
                        Tuple.of(1, lines().map(line -> new Step.Group(List.of(line)))))
                .list()
                .ofMaxSize(6);
        return Combinators.combine(
                        groups,
                        chunks,
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 8))
                .as((group, some, ended, answers) -> Stream.of(
                                group.stream(),
                                some.stream(),
                                Stream.<Step>of(new Step.Chunk("", true, Behind.NOTHING))
                                        .filter(last -> ended),
                                Stream.<Step>of(new Step.UpstreamAnswers(answers)))
                        .flatMap(steps -> steps)
                        .toList());
    }

    private static Arbitrary<Behind> behinds() {
        return Arbitraries.of(Behind.values());
    }

    private static Arbitrary<Step> upstream() {
        return Arbitraries.frequencyOf(
                Tuple.of(2, upstreamWords().map(Step.UpstreamSays::new)),
                Tuple.of(1, Arbitraries.of(closures()).map(Step.UpstreamCloses::new)));
    }

    private static Arbitrary<Step> steps() {
        return Arbitraries.frequencyOf(
                Tuple.of(3, lines().list().ofMinSize(1).ofMaxSize(6).map(Step.Group::new)),
                Tuple.of(4, contents()),
                Tuple.of(
                        1,
                        Combinators.combine(parts(), Arbitraries.of(true, false), behinds())
                                .as(Step.Chunk::new)),
                Tuple.of(6, Arbitraries.integers().between(1, 6).map(Step.UpstreamAnswers::new)),
                Tuple.of(3, upstream()),
                Tuple.of(1, blows().map(Step.Strikes::new)),
                Tuple.of(1, Arbitraries.of(new Step.Room(false), new Step.Room(true), new Step.HalfClose())));
    }

    private static Arbitrary<Line> lines() {
        return Arbitraries.frequency(
                Tuple.of(6, Line.MAIL),
                Tuple.of(6, Line.RCPT),
                Tuple.of(4, Line.DATA),
                Tuple.of(2, Line.NOOP),
                Tuple.of(2, Line.RSET),
                Tuple.of(1, Line.EHLO),
                Tuple.of(1, Line.VRFY),
                Tuple.of(1, Line.UNKNOWN),
                Tuple.of(1, Line.BROKEN),
                Tuple.of(1, Line.CONTROL),
                Tuple.of(1, Line.BARE_CR),
                Tuple.of(1, Line.QUIT));
    }

    private static Arbitrary<Step> contents() {
        return Combinators.combine(
                        pieces().list().ofMaxSize(8),
                        Arbitraries.frequency(Tuple.of(3, true), Tuple.of(1, false)),
                        behinds())
                .as(Step.Content::new);
    }

    private static Arbitrary<String> parts() {
        return pieces().list().ofMaxSize(4).map(list -> String.join("", list));
    }

    private static Arbitrary<String> pieces() {
        return Arbitraries.frequency(
                Tuple.of(8, "text"),
                Tuple.of(4, "\r\n"),
                Tuple.of(2, "."),
                Tuple.of(2, "\r\n.."),
                Tuple.of(2, "\r\nQUIT\r\n"),
                Tuple.of(2, "\r\n."),
                Tuple.of(1, "\n.\r\nMAIL FROM:<evil@example>\r\n"),
                Tuple.of(1, "\r\n.\nQUIT\r\n"),
                Tuple.of(1, "\r"),
                Tuple.of(1, "a long part that soon makes the message larger than the limit"));
    }

    /** Right words at the wrong time, wrong words, and no words at all. */
    private static Arbitrary<String> upstreamWords() {
        return Arbitraries.of(
                "250 ok\r\n",
                "251 odd\r\n",
                "220 again\r\n",
                "221 bye\r\n",
                "354 go\r\n",
                "334 \r\n",
                "421 4.3.2 closing\r\n",
                "450 later\r\n",
                "550 no\r\n",
                "554-no\r\n554 never\r\n",
                "250 ok\r\n250 ok\r\n",
                "250-half\r\n",
                "2",
                "garbage\r\n");
    }

    private static List<Loss.Kind> closures() {
        return List.of(Loss.Kind.FIN, Loss.Kind.RST, Loss.Kind.TLS, Loss.Kind.TIMEOUT, Loss.Kind.CONNECT);
    }

    private static Arbitrary<Blow> blows() {
        return Arbitraries.frequency(
                Tuple.of(2, Blow.TIMEOUT),
                Tuple.of(1, Blow.SHUTDOWN),
                Tuple.of(1, Blow.FAULT),
                Tuple.of(2, Blow.DRAIN));
    }
}
