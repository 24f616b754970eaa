package org.smtpgate.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;

/** The messages that mail relays are known to spoil, each told by what is hard about it. */
public enum Content {
    DOTS_AT_LINE_STARTS {
        @Override
        void write(Lines body) {
            body.line(".")
                    .line("..")
                    .line("...")
                    .line(".a")
                    .line("a.")
                    .line("")
                    .line(".")
                    .line("")
                    .line(" .");
            body.line(".".repeat(998)).line(".QUIT").line("QUIT").line(".");
        }
    },
    EIGHT_BIT {
        @Override
        void write(Lines body) {
            body.line("Gr\u00fc\u00dfe aus K\u00f6ln, \u65e5\u672c\u8a9e, \ud83d\udce8");
            body.raw(bytes(0x80, 0x100)).line("");
            body.raw(bytes(0x20, 0x7f))
                    .raw(new byte[] {'\t', 0x01, 0x08, 0x1b, 0x7f})
                    .line("");
        }
    },
    LONG_LINES {
        @Override
        void write(Lines body) {
            for (int length = 990; length <= 998; length++) {
                body.line("x".repeat(length));
            }
            body.line("y ".repeat(499)).line("").line("z".repeat(998));
        }
    },
    EMPTY_LINES {
        @Override
        void write(Lines body) {
            body.line("")
                    .line("")
                    .line("one")
                    .line("")
                    .line("")
                    .line("")
                    .line(" ")
                    .line("two")
                    .line("")
                    .line("");
        }
    },
    FIVE_MEGABYTES {
        @Override
        void write(Lines body) {
            Random random = new Random(1);
            while (body.size() < 5_000_000) {
                body.line((random.nextInt(20) == 0 ? "." : "")
                        + "0123456789 ".repeat(random.nextInt(80)).strip());
            }
        }
    };

    abstract void write(Lines body);

    /** The whole message as it travels, dots not yet stuffed: CRLF at each line's end, with a Message-ID of its own. */
    public byte[] message(String from, String to) {
        Lines lines = new Lines();
        lines.line("From: <" + from + ">").line("To: <" + to + ">");
        lines.line("Date: Tue, 24 Nov 2026 06:00:00 +0000");
        lines.line("Message-ID: <" + UUID.randomUUID() + "@example.net>");
        lines.line("Subject: " + name()).line("MIME-Version: 1.0");
        lines.line("Content-Type: text/plain; charset=utf-8").line("Content-Transfer-Encoding: 8bit");
        lines.line("");
        write(lines);
        return lines.toByteArray();
    }

    private static byte[] bytes(int from, int to) {
        byte[] bytes = new byte[to - from];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    /** Text as it is put together, line by line. */
    static final class Lines extends ByteArrayOutputStream {

        Lines line(String text) {
            return raw(text.getBytes(StandardCharsets.UTF_8)).raw(new byte[] {'\r', '\n'});
        }

        Lines raw(byte[] bytes) {
            writeBytes(bytes);
            return this;
        }
    }
}
