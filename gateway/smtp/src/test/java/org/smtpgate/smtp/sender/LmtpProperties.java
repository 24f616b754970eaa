package org.smtpgate.smtp.sender;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;

/** The replies for the recipients of an LMTP transaction make one answer, and a success only of successes. */
class LmtpProperties {
    private static final List<Integer> WHOLE = List.of(Integer.MAX_VALUE);

    @Property(tries = 2_000)
    void theAnswerIsTheSameHoweverItsBytesAreCut(
            @ForAll("codes") List<Integer> rcpts,
            @ForAll("codes") List<Integer> content,
            @ForAll("sizes") List<Integer> sizes) {
        assertThat(said(rcpts, content, sizes)).isEqualTo(said(rcpts, content, WHOLE));
    }

    /** In any order of 250, refusals and replies that are none, with any of the recipients refused before. */
    @Property(tries = 2_000)
    void anAnswerNeedsAReplyForEachAcceptedRecipientAndASuccessNeedsA250ForEach(
            @ForAll("codes") List<Integer> rcpts, @ForAll("codes") List<Integer> content) {
        int accepted = (int) rcpts.stream().filter(code -> code == 250).count();
        Upstream upstream = atEnd(rcpts);
        if (accepted == 0) {
            assertThat(upstream.loss().kind()).isEqualTo(Loss.Kind.PROTOCOL);
            return;
        }
        upstream.says(wire(content));
        Reply answer = upstream.answer();
        List<Integer> due = content.subList(0, Math.min(accepted, content.size()));
        boolean whole = due.size() == accepted && due.stream().allMatch(LmtpProperties::isAnswer);
        assertThat(answer != null).isEqualTo(whole);
        if (whole) {
            boolean all = due.stream().allMatch(code -> code == 250);
            boolean anyTransient = due.stream().anyMatch(code -> code / 100 == 4);
            assertThat(answer.code()).isEqualTo(all ? 250 : anyTransient ? 451 : 554);
            assertThat(Stage.END_OF_DATA.meaningOf(answer) == Stage.Meaning.DONE)
                    .isEqualTo(all);
        }
    }

    private static boolean isAnswer(int code) {
        return code == 250 || code / 100 >= 4 && code != 421;
    }

    private static List<String> said(List<Integer> rcpts, List<Integer> content, List<Integer> sizes) {
        Upstream upstream = atEnd(rcpts);
        if (upstream.loss() == null) {
            for (ByteBuffer piece : Octets.cut(Octets.of(wire(content)), sizes)) {
                upstream.says(piece);
            }
        }
        List<String> said = new ArrayList<>(upstream.seen());
        said.add(String.valueOf(upstream.answer()));
        said.add(String.valueOf(upstream.loss()));
        return said;
    }

    /** The content is sent, for as many recipients as there are codes; any but 250 is 550. */
    private static Upstream atEnd(List<Integer> rcpts) {
        Upstream upstream = Upstream.readyOverLmtp("PIPELINING").isSent(Upstream.MAIL);
        StringBuilder replies = new StringBuilder("250 ok\r\n");
        for (int code : rcpts) {
            upstream.isSent(LmtpTest.rcpt("r" + code + "@d"));
            replies.append(code == 250 ? "250 ok\r\n" : "550 no\r\n");
        }
        upstream.isSent(Upstream.DATA).says(replies + "354 go\r\n");
        if (upstream.loss() == null) {
            upstream.session.contentEnded();
            upstream.seen();
        }
        return upstream;
    }

    private static String wire(List<Integer> codes) {
        StringBuilder wire = new StringBuilder();
        codes.forEach(
                code -> wire.append(code).append("-a line\r\n").append(code).append(" x\r\n"));
        return wire.toString();
    }

    @Provide
    Arbitrary<List<Integer>> codes() {
        return Arbitraries.frequencyOf(
                        Tuple.of(20, Arbitraries.just(250)),
                        Tuple.of(4, Arbitraries.of(450, 452, 550, 552)),
                        Tuple.of(1, Arbitraries.of(421, 221, 251, 354)))
                .list()
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Octets.sizes();
    }
}
