package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.zip.CRC32C;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Parameter;

/**
 * The content of one message on its way to the upstream, behind the trace header that the gateway adds. Confined to its
 * event loop.
 */
final class ContentPipe {
    private final CRC32C digest = new CRC32C();
    private final byte[] header;
    private boolean headerPassed;
    private UpstreamConnection connection;
    private long octets;

    /** @param header what to put before the content; perhaps nothing */
    ContentPipe(byte[] header) {
        this.header = header;
    }

    /** For content that goes as it comes, or nowhere. */
    static ContentPipe withoutHeader() {
        return new ContentPipe(new byte[0]);
    }

    /** MAIL as the upstream is to be told it: the size that it says counts the header too (RFC 1870 section 6). */
    Command.Mail announced(Command.Mail mail) {
        long size = mail.size();
        boolean more = size >= 0 && header.length > 0;
        return more ? mail.with(Parameter.SIZE, Long.toUnsignedString(size + header.length)) : mail;
    }

    /** The upstream said 354. */
    void begin(UpstreamConnection upstream) {
        connection = upstream;
    }

    /** Passes content on; the buffer is the pipe's from now on. */
    void pass(ByteBuf bytes) {
        octets += bytes.readableBytes();
        digest.update(bytes.nioBuffer());
        if (!headerPassed) {
            headerPassed = true;
            connection.content(Unpooled.wrappedBuffer(header));
        }
        connection.content(bytes);
    }

    /** What was passed on so far was all, its end included. */
    void end() {
        connection.contentEnded();
    }

    /** Of the client's content, as on the wire. */
    long octets() {
        return octets;
    }

    /** Of these octets; null when there are none. */
    String digest() {
        return octets == 0 ? null : "crc32c:%08x".formatted(digest.getValue());
    }
}
