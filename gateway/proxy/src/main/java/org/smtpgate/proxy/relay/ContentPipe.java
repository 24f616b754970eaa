package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.wire.DotStuffer;

/**
 * The content of one message on its way to the upstream, behind the trace header that the gateway adds: as it came, by
 * DATA or in chunks; or from chunks to DATA. Confined to its event loop.
 */
final class ContentPipe {
    private final CRC32C digest = new CRC32C();
    private final byte[] header;
    private boolean headerPassed;
    private boolean headerAnnounced;
    private UpstreamConnection connection;
    /** Makes DATA of what comes in chunks; null where nothing is to be made. */
    private DotStuffer stuffer;

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

    /** What comes in chunks is to go by DATA. */
    void stuff() {
        stuffer = new DotStuffer();
    }

    boolean stuffs() {
        return stuffer != null;
    }

    /** The upstream said 354, or takes chunks. */
    void begin(UpstreamConnection upstream) {
        connection = upstream;
    }

    /** Whether the upstream can be told of a chunk now. */
    boolean takesChunk() {
        return connection.takesChunk();
    }

    /** Tells the upstream of a chunk; the first one has the header in it. */
    void beginChunk(Command.Bdat chunk) {
        long size = headerAnnounced ? chunk.size() : chunk.size() + header.length;
        headerAnnounced = true;
        connection.beginChunk(new Command.Bdat(size, chunk.last()));
    }

    /** Passes content on; the buffer is the pipe's from now on. */
    void pass(ByteBuf bytes) {
        ByteBuffer content = bytes.nioBuffer();
        octets += content.remaining();
        digest.update(content.duplicate());
        if (!headerPassed) {
            headerPassed = true;
            write(Unpooled.wrappedBuffer(header));
        }
        ByteBuffer passed = stuffer == null ? content : stuffer.stuff(content);
        if (passed == content) {
            write(bytes);
        } else {
            bytes.release();
            write(Unpooled.wrappedBuffer(passed));
        }
    }

    private void write(ByteBuf bytes) {
        if (bytes.isReadable()) {
            connection.content(bytes);
        } else {
            bytes.release();
        }
    }

    /** What was passed on was all of a chunk, and others follow. */
    void endChunk() {
        connection.chunkEnded();
    }

    /** What was passed on so far was all of the content. */
    void end() {
        if (stuffer != null) {
            write(Unpooled.wrappedBuffer(stuffer.end()));
        }
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
