package org.smtpgate.bench.logins;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;

/** One client's session, line by line behind Netty's decoder of lines: tells each reply by its code. On one event loop. */
abstract class Dialogue extends SimpleChannelInboundHandler<ByteBuf> {
    static final int REPLY_LINE_MAX = 4096;

    private ChannelHandlerContext context;

    /** @param code of a reply whose last line has come */
    abstract void answered(String code);

    /** The session has ended, or never began; may be told more than once. */
    abstract void ended(String how);

    @Override
    public final void channelActive(ChannelHandlerContext active) {
        context = active;
    }

    @Override
    protected final void channelRead0(ChannelHandlerContext any, ByteBuf line) {
        boolean last = line.readableBytes() < 4 || line.getByte(line.readerIndex() + 3) != '-';
        if (last) {
            answered(line.toString(line.readerIndex(), Math.min(3, line.readableBytes()), StandardCharsets.ISO_8859_1));
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext inactive) {
        ended("closed");
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
        ended(cause.getClass().getSimpleName());
        close();
    }

    /** @param command without its CRLF */
    final void send(String command) {
        context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), command + "\r\n"));
    }

    final void close() {
        if (context != null) {
            context.close();
        }
    }
}
