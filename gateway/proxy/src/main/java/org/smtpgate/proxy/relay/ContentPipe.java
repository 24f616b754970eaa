package org.smtpgate.proxy.relay;

import io.netty.buffer.ByteBuf;
import java.util.zip.CRC32C;
import org.smtpgate.proxy.upstream.UpstreamConnection;

/** The content of one message on its way to the upstream. Confined to its event loop. */
final class ContentPipe {
    private final CRC32C digest = new CRC32C();
    private UpstreamConnection connection;
    private long octets;

    /** The upstream said 354. */
    void begin(UpstreamConnection upstream) {
        connection = upstream;
    }

    /** Passes content on; the buffer is the pipe's from now on. */
    void pass(ByteBuf bytes) {
        octets += bytes.readableBytes();
        digest.update(bytes.nioBuffer());
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
