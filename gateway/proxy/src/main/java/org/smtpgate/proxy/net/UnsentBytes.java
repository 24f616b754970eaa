package org.smtpgate.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Buffers that wait to be written as one. Owns them. Confined to its event loop. */
final class UnsentBytes {
    private final List<ByteBuf> buffers = new ArrayList<>(4);
    private int octets;

    void add(ByteBuf bytes) {
        octets += bytes.readableBytes();
        buffers.add(bytes);
    }

    boolean isEmpty() {
        return buffers.isEmpty();
    }

    int octets() {
        return octets;
    }

    /** All of them, which are the caller's from now on; only when there are some. */
    ByteBuf takeAll(ByteBufAllocator allocator) {
        octets = 0;
        if (buffers.size() == 1) {
            return buffers.remove(0);
        }
        CompositeByteBuf all = allocator.compositeBuffer(buffers.size()).addComponents(true, buffers);
        buffers.clear();
        return all;
    }

    void release() {
        buffers.forEach(ByteBuf::release);
        buffers.clear();
        octets = 0;
    }
}
