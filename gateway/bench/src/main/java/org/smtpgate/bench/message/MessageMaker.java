package org.smtpgate.bench.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Makes the contents of one run, all of one size. Their filler is shared and never copied; the number stands in the header
 * and in the first and the last line of the body, so that halves of two messages cannot pass for one.
 */
public final class MessageMaker {
    private static final int LINE = 78;
    private static final byte[] END = {'.', '\r', '\n'};

    private final long run;
    private final byte[] filler;
    private final int bodyOctets;

    /**
     * @param octets size of the whole content as DATA has it, without the final line
     */
    public MessageMaker(long run, int octets) {
        this.run = run;
        int around = header(new MessageLabel(run, 0, 0, octets)).length + 2 * numberLine(0).length;
        if (octets < around + 2) {
            throw new IllegalArgumentException("a message of " + octets + " octets is too small: its labels alone take "
                    + (around + 2) + "; choose a larger size");
        }
        this.filler = filler(octets - around);
        this.bodyOctets = filler.length + 2 * numberLine(0).length;
    }

    /** The content of a message with its final line, to be written as it is. */
    public ByteBuf content(int number) {
        byte[] line = numberLine(number);
        CRC32C checksum = new CRC32C();
        checksum.update(line);
        checksum.update(filler);
        checksum.update(line);
        byte[] header = header(new MessageLabel(run, number, (int) checksum.getValue(), bodyOctets));
        ByteBuf before = Unpooled.wrappedBuffer(header, line);
        return Unpooled.wrappedBuffer(before, Unpooled.wrappedBuffer(filler), Unpooled.wrappedBuffer(line, END));
    }

    private byte[] header(MessageLabel label) {
        return ascii(
                "From: <bench@example.org>\r\nTo: <sink@example.net>\r\nSubject: bench\r\n" + label.field() + "\r\n");
    }

    private byte[] numberLine(int number) {
        return ascii("%d %09d\r\n".formatted(run, number));
    }

    /** Lines of text that ends in CRLF; one in eight begins with a stuffed dot. */
    private static byte[] filler(int octets) {
        byte[] text = new byte[octets];
        for (int i = 0; i < octets; i++) {
            int column = i % LINE;
            text[i] = (byte)
                    switch (column) {
                        case LINE - 2 -> '\r';
                        case LINE - 1 -> '\n';
                        case 0, 1 -> i / LINE % 8 == 7 ? '.' : 'a';
                        default -> 'a' + (i * 31 + i / LINE) % 26;
                    };
        }
        // The last line may be cut anywhere: what is left of it becomes text, and its end is right.
        int last = octets - octets % LINE;
        for (int i = last; i < octets - 2; i++) {
            text[i] = 'z';
        }
        if (octets - last == 1) {
            text[octets - 3] = 'z';
        }
        text[octets - 2] = '\r';
        text[octets - 1] = '\n';
        return text;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
