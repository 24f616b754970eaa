package org.smtpgate.bench.sink;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.smtpgate.bench.message.MessageLabel;
import org.smtpgate.bench.message.MessageReader;

/**
 * One connection to the sink. It takes whatever is in order and any login; replies to what came together go out together.
 */
final class SinkSession extends ByteToMessageDecoder {
    private static final int COMMAND_LINE_MAX = 12_288;

    private static final ByteBuf GREETING = reply("220 sink.example.net ESMTP");
    private static final ByteBuf EHLO = reply("250-sink.example.net\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n"
            + "250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 AUTH PLAIN");
    private static final ByteBuf OK = reply("250 2.0.0 Ok");
    private static final ByteBuf LOGGED_IN = reply("235 2.7.0 Ok");
    private static final ByteBuf GO_AHEAD = reply("354 Go ahead");
    private static final ByteBuf GOODBYE = reply("221 2.0.0 Bye");
    private static final ByteBuf FULL = reply("421 4.7.0 Too many connections");
    private static final ByteBuf UNKNOWN = reply("500 5.5.1 Unknown command");
    private static final ByteBuf CORRUPT = reply("554 5.6.0 Not the message that was sent");

    private final Records records;
    private final Gate gate;
    private final MessageReader reader = new MessageReader();
    private boolean entered;
    private boolean inContent;
    /** While a message takes its time nothing else is read, as with a server that is busy with it. */
    private boolean busy;

    SinkSession(Records records, Gate gate) {
        this.records = records;
        this.gate = gate;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        records.connected();
        entered = gate.enter();
        if (entered) {
            context.writeAndFlush(GREETING.duplicate());
        } else {
            records.refused();
            context.writeAndFlush(FULL.duplicate()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        records.disconnected();
        if (entered) {
            gate.leave();
            entered = false;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        context.flush();
        super.channelReadComplete(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        while (in.isReadable() && !busy && context.channel().isActive()) {
            boolean progress = inContent ? content(context, in) : command(context, in);
            if (!progress) {
                return;
            }
        }
    }

    private boolean command(ChannelHandlerContext context, ByteBuf in) {
        int end = in.forEachByte(ByteProcessor.FIND_LF);
        if (end < 0) {
            if (in.readableBytes() > COMMAND_LINE_MAX) {
                context.close();
            }
            return false;
        }
        int verb = end + 1 - in.readerIndex() < 4 ? 0 : in.getInt(in.readerIndex()) & 0xDFDFDFDF;
        in.readerIndex(end + 1);
        switch (verb) {
            case 'E' << 24 | 'H' << 16 | 'L' << 8 | 'O', 'H' << 24 | 'E' << 16 | 'L' << 8 | 'O' ->
                context.write(EHLO.duplicate());
            case 'A' << 24 | 'U' << 16 | 'T' << 8 | 'H' -> context.write(LOGGED_IN.duplicate());
            case 'D' << 24 | 'A' << 16 | 'T' << 8 | 'A' -> {
                inContent = true;
                reader.begin();
                context.write(GO_AHEAD.duplicate());
            }
            case 'Q' << 24 | 'U' << 16 | 'I' << 8 | 'T' ->
                context.writeAndFlush(GOODBYE.duplicate()).addListener(ChannelFutureListener.CLOSE);
            case 'M' << 24 | 'A' << 16 | 'I' << 8 | 'L',
                    'R' << 24 | 'C' << 16 | 'P' << 8 | 'T',
                    'R' << 24 | 'S' << 16 | 'E' << 8 | 'T',
                    'N' << 24 | 'O' << 16 | 'O' << 8 | 'P' -> context.write(OK.duplicate());
            default -> context.write(UNKNOWN.duplicate());
        }
        return true;
    }

    private boolean content(ChannelHandlerContext context, ByteBuf in) {
        MessageReader.Outcome outcome = reader.read(in);
        if (outcome == MessageReader.Outcome.MORE) {
            return false;
        }
        inContent = false;
        MessageLabel label = reader.label();
        if (outcome == MessageReader.Outcome.CORRUPT) {
            if (label == null) {
                records.unlabelled();
            } else {
                records.of(label.run()).corrupt();
            }
            context.writeAndFlush(CORRUPT.duplicate()).addListener(ChannelFutureListener.CLOSE);
            return false;
        }
        if (gate.delay().isZero()) {
            accept(context, label);
        } else {
            busy = true;
            context.executor()
                    .schedule(() -> acceptLate(context, label), gate.delay().toNanos(), TimeUnit.NANOSECONDS);
        }
        return true;
    }

    private void accept(ChannelHandlerContext context, MessageLabel label) {
        records.of(label.run()).intact(label.number());
        context.write(OK.duplicate());
    }

    private void acceptLate(ChannelHandlerContext context, MessageLabel label) {
        if (context.channel().isActive()) {
            busy = false;
            accept(context, label);
            // What was pipelined behind the message lies here already.
            context.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER).fireChannelReadComplete();
        }
    }

    private static ByteBuf reply(String text) {
        byte[] line = (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(line.length).writeBytes(line).asReadOnly());
    }
}
