package org.smtpgate.bench.driver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.smtpgate.bench.message.MessageMaker;

/** One client's session, from its connection to the 221. Every reply must have the code that success has. */
final class ClientSession extends ByteToMessageDecoder {
    private static final int REPLY_LINE_MAX = 4096;

    private static final ByteBuf EHLO = command("EHLO client.example.org\r\n");
    private static final ByteBuf STARTTLS = command("STARTTLS\r\n");
    private static final ByteBuf MAIL = command("MAIL FROM:<bench@example.org>\r\n");
    private static final ByteBuf RCPT = command("RCPT TO:<sink@example.net>\r\n");
    private static final ByteBuf DATA = command("DATA\r\n");
    private static final ByteBuf ENVELOPE =
            Unpooled.unreleasableBuffer(Unpooled.copiedBuffer(MAIL.duplicate(), RCPT.duplicate(), DATA.duplicate())
                    .asReadOnly());
    private static final ByteBuf QUIT = command("QUIT\r\n");

    /** What a reply is awaited for, with the first digit of the one reply that will do. */
    private enum Step {
        GREETING('2'),
        EHLO('2'),
        STARTTLS('2'),
        EHLO_AGAIN('2'),
        AUTH('2'),
        MAIL('2'),
        RCPT('2'),
        DATA('3'),
        END_OF_DATA('2'),
        QUIT('2');

        private final char success;

        Step(char success) {
            this.success = success;
        }
    }

    /** Who started the session. */
    interface Owner {
        /** The number of the next message; each is given once. */
        int nextNumber();

        /** The session is logged in and waits for {@link ClientSession#goOn()}. */
        void held(ClientSession session);

        /** The session is over, done or failed. */
        void over();
    }

    private final Plan plan;
    private final MessageMaker maker;
    private final Tally tally;
    private final Owner owner;
    private final long startNanos;
    private final Queue<Step> awaited = new ArrayDeque<>(4);

    private ChannelHandlerContext context;
    private ScheduledFuture<?> deadline;
    private int messagesLeft;
    private int number;
    private int contentNumber;
    private long mailNanos;
    private long contentMailNanos;
    private boolean over;

    /** @param startNanos when the session was meant to start: what it waited for its turn counts as its time */
    ClientSession(Plan plan, MessageMaker maker, Tally tally, Owner owner, long startNanos) {
        this.plan = plan;
        this.maker = maker;
        this.tally = tally;
        this.owner = owner;
        this.startNanos = startNanos;
        this.messagesLeft = plan.messages();
    }

    /** The connection could not be made. */
    void notConnected(Throwable cause) {
        fail("connect: " + cause.getClass().getSimpleName());
    }

    /** Ends the waiting of a session that is held. */
    void goOn() {
        startDeadline();
        nextMessageOrQuit();
        context.flush();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        awaited.add(Step.GREETING);
        startDeadline();
        if (plan.tls() != null && !plan.startTls()) {
            beginTls();
        }
    }

    private void startDeadline() {
        deadline = context.executor()
                .schedule(() -> failAwaiting("deadline"), plan.deadline().toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        failAwaiting("closed");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
        failAwaiting(cause.getClass().getSimpleName());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext upgraded, Object event) {
        boolean startedTls = event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess();
        if (startedTls && isResumed()) {
            tally.resumed();
        }
        if (startedTls && plan.startTls()) {
            send(Step.EHLO_AGAIN, EHLO);
            context.flush();
        }
    }

    private boolean isResumed() {
        SslHandler handler = context.pipeline().get(SslHandler.class);
        return SSL.isSessionReused(((ReferenceCountedOpenSslEngine) handler.engine()).sslPointer());
    }

    @Override
    protected void decode(ChannelHandlerContext any, ByteBuf in, List<Object> out) {
        while (!over) {
            int end = in.forEachByte(ByteProcessor.FIND_LF);
            if (end < 0) {
                if (in.readableBytes() > REPLY_LINE_MAX) {
                    failAwaiting("reply too long");
                }
                return;
            }
            int start = in.readerIndex();
            int octets = end + 1 - start;
            boolean last = octets < 5 || in.getByte(start + 3) != '-';
            if (last) {
                String code = in.toString(start, Math.min(3, octets), StandardCharsets.ISO_8859_1);
                in.readerIndex(end + 1);
                answered(code);
            } else {
                in.readerIndex(end + 1);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext any) throws Exception {
        context.flush();
        super.channelReadComplete(any);
    }

    private void answered(String code) {
        Step step = awaited.poll();
        if (step == null) {
            fail("unasked: " + code);
        } else if (code.charAt(0) != step.success) {
            fail(step + ": " + code);
        } else {
            done(step);
        }
    }

    private void done(Step step) {
        switch (step) {
            case GREETING -> send(Step.EHLO, EHLO);
            case EHLO -> {
                if (plan.startTls()) {
                    send(Step.STARTTLS, STARTTLS);
                } else {
                    logIn();
                }
            }
            case STARTTLS -> beginTls();
            case EHLO_AGAIN -> logIn();
            case AUTH -> loggedIn();
            case MAIL -> {
                if (!plan.pipelining()) {
                    send(Step.RCPT, RCPT);
                }
            }
            case RCPT -> {
                if (!plan.pipelining()) {
                    send(Step.DATA, DATA);
                }
            }
            case DATA -> sendContent();
            case END_OF_DATA -> {
                tally.messageDone(contentNumber, System.nanoTime() - contentMailNanos);
                if (!plan.pipelining() || messagesLeft == 0 && awaited.isEmpty()) {
                    nextMessageOrQuit();
                }
            }
            case QUIT -> finish();
        }
    }

    private void logIn() {
        if (plan.auth() == null) {
            loggedIn();
        } else {
            send(Step.AUTH, plan.auth());
        }
    }

    private void loggedIn() {
        if (plan.hold()) {
            deadline.cancel(false);
            owner.held(this);
        } else {
            nextMessageOrQuit();
        }
    }

    private void nextMessageOrQuit() {
        if (messagesLeft > 0) {
            beginMessage();
        } else if (plan.idle().isZero()) {
            send(Step.QUIT, QUIT);
        } else {
            context.executor().schedule(this::quit, plan.idle().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void quit() {
        if (!over) {
            send(Step.QUIT, QUIT);
            context.flush();
        }
    }

    private void beginMessage() {
        messagesLeft--;
        number = owner.nextNumber();
        mailNanos = System.nanoTime();
        if (plan.pipelining()) {
            awaited.add(Step.MAIL);
            awaited.add(Step.RCPT);
            send(Step.DATA, ENVELOPE);
        } else {
            send(Step.MAIL, MAIL);
        }
    }

    private void sendContent() {
        contentNumber = number;
        contentMailNanos = mailNanos;
        awaited.add(Step.END_OF_DATA);
        context.write(maker.content(number));
        if (plan.pipelining() && messagesLeft > 0) {
            beginMessage();
        }
    }

    private void send(Step step, ByteBuf bytes) {
        awaited.add(step);
        context.write(bytes.duplicate());
    }

    private void beginTls() {
        String host = plan.target().getHostString();
        int port = plan.target().getPort();
        // Sessions are kept by the name of their peer.
        SslHandler handler = plan.resumption()
                ? plan.tls().newHandler(context.alloc(), host, port)
                : plan.tls().newHandler(context.alloc());
        context.pipeline().addFirst(handler);
    }

    private void finish() {
        if (!over) {
            tally.sessionDone(System.nanoTime() - startNanos);
            end();
        }
    }

    private void fail(String how) {
        if (!over) {
            tally.sessionFailed(how);
            end();
        }
    }

    private void failAwaiting(String how) {
        Step step = awaited.peek();
        fail((step == null ? "IDLE" : step) + ": " + how);
    }

    private void end() {
        over = true;
        if (context != null) {
            deadline.cancel(false);
            context.close();
        }
        owner.over();
    }

    /** A line to be written over and over, by its duplicates. */
    static ByteBuf command(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }
}
