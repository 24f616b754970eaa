package org.smtpgate.smtp.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.smtpgate.smtp.Reply;

/** Spells a reply on the wire (RFC 5321 section 4.2.1). */
public final class ReplyWriter {
    private ReplyWriter() {}

    public static byte[] write(Reply reply) {
        StringBuilder text = new StringBuilder(64);
        List<String> lines = reply.lines();
        for (int i = 0; i < lines.size(); i++) {
            text.append(reply.code())
                    .append(i + 1 < lines.size() ? '-' : ' ')
                    .append(lines.get(i))
                    .append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
