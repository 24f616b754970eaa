package org.smtpgate.bench.message;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Reads one content after the other, and checks each against its label. The body is as long as the label says, and right
 * behind it the final line must stand: an octet more or less on the way shows there, and no octet needs to be searched.
 */
public final class MessageReader {
    private static final int HEADER_LINE_MAX = 2000;
    private static final String FINAL_LINE = ".\r\n";

    private final CRC32C checksum = new CRC32C();
    private MessageLabel label;
    private boolean inBody;
    private int bodyLeft;
    private int finalSeen;

    /** What stopped the reading. */
    public enum Outcome {
        /** All that was given belongs to the content, and more must come. */
        MORE,
        /** The content ended, and is what was sent. */
        INTACT,
        /** It is not what was sent. What follows cannot be understood any more. */
        CORRUPT
    }

    /** The label of the content that ended last; null if it had none. */
    public MessageLabel label() {
        return label;
    }

    /** Forgets the last content, for the next one. */
    public void begin() {
        label = null;
        inBody = false;
        finalSeen = 0;
        checksum.reset();
    }

    /** Takes what belongs to the content; an unfinished line of the header stays in the buffer. */
    public Outcome read(ByteBuf in) {
        while (!inBody) {
            int end = in.forEachByte(ByteProcessor.FIND_LF);
            if (end < 0) {
                return in.readableBytes() > HEADER_LINE_MAX ? Outcome.CORRUPT : Outcome.MORE;
            }
            if (!takeHeaderLine(in, end + 1 - in.readerIndex())) {
                return Outcome.CORRUPT;
            }
        }
        takeBody(in);
        while (bodyLeft == 0 && finalSeen < FINAL_LINE.length() && in.isReadable()) {
            if (in.readByte() != FINAL_LINE.charAt(finalSeen++)) {
                return Outcome.CORRUPT;
            }
        }
        if (finalSeen < FINAL_LINE.length()) {
            return Outcome.MORE;
        }
        return (int) checksum.getValue() == label.checksum() ? Outcome.INTACT : Outcome.CORRUPT;
    }

    /** False where the header ends without a label. */
    private boolean takeHeaderLine(ByteBuf in, int octets) {
        if (octets == 2) {
            in.skipBytes(octets);
            inBody = true;
            bodyLeft = label == null ? 0 : label.bodyOctets();
            return label != null;
        }
        if (in.getByte(in.readerIndex()) == 'X') {
            MessageLabel found =
                    MessageLabel.in(in.toString(in.readerIndex(), octets - 2, StandardCharsets.ISO_8859_1));
            label = found == null ? label : found;
        }
        in.skipBytes(octets);
        return true;
    }

    private void takeBody(ByteBuf in) {
        int octets = Math.min(bodyLeft, in.readableBytes());
        if (octets > 0) {
            checksum.update(in.nioBuffer(in.readerIndex(), octets));
            in.skipBytes(octets);
            bodyLeft -= octets;
        }
    }
}
