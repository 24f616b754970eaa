package org.smtpgate.smtp.contract;

import java.util.List;
import org.smtpgate.smtp.sender.Loss;

/** Something that happens to a session; a list of them is a life. A step that is not possible when it comes is skipped. */
sealed interface Step {

    /** The client sends a pipelined group; what stands behind a DATA or a QUIT is left out. */
    record Group(List<Line> lines) implements Step {}

    /** The client sends content, if it was asked for it. */
    record Content(List<String> parts, boolean toItsEnd, Behind behind) implements Step {}

    /** The client sends a chunk of content, answered or not what it sent before, if it believes in its transaction. */
    record Chunk(String part, boolean last, Behind behind) implements Step {}

    /** The upstream answers what it owes, as it should. */
    record UpstreamAnswers(int times) implements Step {}

    /** The upstream says this, owed or not. */
    record UpstreamSays(String wire) implements Step {}

    record UpstreamCloses(Loss.Kind kind) implements Step {}

    /** An end that comes from the gateway, or from the client's silence. */
    record Strikes(Blow blow) implements Step {}

    /** The client shuts its writing side down. */
    record HalfClose() implements Step {}

    /** The client's socket takes no more, or takes more again. */
    record Room(boolean open) implements Step {}

    /** What a client may say in a group. */
    enum Line {
        EHLO("EHLO client.example"),
        MAIL("MAIL FROM:<a@b>"),
        RCPT("RCPT TO:<c@d>"),
        DATA("DATA"),
        NOOP("NOOP"),
        RSET("RSET"),
        VRFY("VRFY x"),
        UNKNOWN("FOO"),
        BROKEN("MAIL FROM:<a"),
        CONTROL("NO\0OP"),
        BARE_CR("NOOP\rQUIT"),
        QUIT("QUIT");

        final String text;

        Line(String text) {
            this.text = text;
        }
    }

    /** What a client pipelines behind the end of its data. */
    enum Behind {
        NOTHING,
        QUIT,
        MAIL
    }

    /** The blows of {@link Strikes}. */
    enum Blow {
        TIMEOUT,
        SHUTDOWN,
        FAULT,
        DRAIN
    }
}
