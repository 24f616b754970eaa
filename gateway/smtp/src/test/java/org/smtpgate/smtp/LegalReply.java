package org.smtpgate.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import org.smtpgate.smtp.wire.ReplyWriter;

/** What every reply to a client must be on the wire (RFC 5321 section 4.2). */
public final class LegalReply {
    /** As long as the longest line that is taken from an upstream. */
    private static final int LINE_OCTETS_MAX = 2_048;

    private LegalReply() {}

    public static void check(Reply reply) {
        String wire = Octets.text(ReplyWriter.write(reply));
        assertThat(wire).endsWith("\r\n");
        String[] lines = wire.substring(0, wire.length() - 2).split("\r\n", -1);
        for (int i = 0; i < lines.length; i++) {
            char mark = i + 1 < lines.length ? '-' : ' ';
            assertThat(lines[i]).startsWith(reply.code() + String.valueOf(mark));
            assertThat(lines[i].chars()).as(wire).noneMatch(c -> c < ' ' && c != '\t' || c == 0x7F);
            assertThat(lines[i].length() + 2).isLessThanOrEqualTo(LINE_OCTETS_MAX);
        }
        assertThat(reply.code()).isBetween(200, 599);
    }
}
