package org.smtpgate.proxy.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandle;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * A socket as SMTP needs it: Netty's own buffers without a copy, fetched when there is room for them; one gathered write
 * a turn; half-close; STARTTLS; and an end without a reset.
 *
 * <p>Whoever accepts or connects a {@code NetSocket} hands it over to one of these, and does nothing else with it. Confined
 * to its event loop.
 *
 * <p>Flow control is the channel's own {@code autoRead} and never {@code NetSocket.pause}: a paused socket keeps what it
 * has read in a queue of Vert.x', which crosses a TLS upgrade and would be delivered as if it had been encrypted.
 */
public final class SmtpSocket {
    /** Beyond this much unsent, the source of the bytes is not read. */
    private static final int WRITE_QUEUE_OCTETS_MAX = 192 * 1024;
    /** What the JDK calls the protocol before a handshake. */
    private static final String NO_PROTOCOL = "NONE";

    private static final EpollIoEvent READABLE = () -> EpollIoOps.EPOLLIN;
    /** Commands are short, and would make the buffer too small for the message behind them. */
    private static final int READ_OCTETS_LEAST = 8 * 1024;

    private static final int READ_OCTETS_MAX = 128 * 1024;

    private final NetSocketInternal socket;
    private final Channel channel;
    private final Deque<ByteBuf> received = new ArrayDeque<>(2);
    private final UnsentBytes unsent = new UnsentBytes();
    private final Gathering gathering = Gathering.ofEventLoop();
    private SocketHandler handler;
    private ByteBuf current;
    private Future<Void> lastWrite = Future.succeededFuture();
    /** Whether {@link #flushSoon} is to come about. */
    private boolean flushing;

    private boolean readingWanted = true;
    private boolean inputEnded;
    private boolean upgrading;
    private boolean closed;
    /** Whether the handler is being told of what was read. */
    private boolean delivering;

    private SocketEnd end = SocketEnd.FIN;
    private long octetsReceived;
    private long octetsSent;

    public SmtpSocket(NetSocket socket) {
        this.socket = (NetSocketInternal) socket;
        this.channel = this.socket.channelHandlerContext().channel();
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config()
                .setRecvByteBufAllocator(
                        new AdaptiveRecvByteBufAllocator(READ_OCTETS_LEAST, READ_OCTETS_LEAST, READ_OCTETS_MAX));
        socket.setWriteQueueMaxSize(WRITE_QUEUE_OCTETS_MAX);
        this.socket.messageHandler(this::received);
        this.socket.eventHandler(this::event);
        socket.exceptionHandler(this::failed);
        socket.drainHandler(drained -> handler.drained());
        socket.closeHandler(gone -> gone());
        // Else Vert.x would close it at once when its server or client is shut down.
        socket.shutdownHandler(deadline -> {});
    }

    /** Sets who is told of what happens; before the event loop's turn is over in which the socket was made. */
    public void handler(SocketHandler user) {
        handler = user;
    }

    // Reading

    /** The next bytes, valid until the next call; null when none are here. */
    public ByteBuffer next() {
        if (current != null) {
            current.release();
        }
        current = received.poll();
        return current == null ? null : current.nioBuffer();
    }

    /** A part of the bytes that {@link #next()} gave last, by positions in them; the caller owns it. */
    public ByteBuf slice(int from, int length) {
        return current.retainedSlice(current.readerIndex() + from, length);
    }

    /** Whether the peer has closed its side, and all that it sent was fetched. */
    public boolean inputEnded() {
        return inputEnded && received.isEmpty();
    }

    /** Whether to read from the network. What was read before is kept for {@link #next()}. */
    public void reading(boolean wanted) {
        readingWanted = wanted;
        readFromNetwork(wanted);
    }

    /**
     * Nothing more is wanted for now. What comes next is still read, and then no more: most peers wait for an answer
     * anyway, and need not be taken out of the event loop's sight for that.
     */
    public void readingEnough() {
        readingWanted = false;
    }

    private void readFromNetwork(boolean wanted) {
        if (!upgrading && channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    /**
     * Reads at once what the kernel has, bytes or an end, rather than when the event loop comes to it: for who is about to
     * rely on the peer. Without effect on other channels than those of NIO, and while it is being told of something.
     *
     * @return false if it broke; {@link SocketHandler#closed} follows
     */
    public boolean readNow() {
        if (!closed && !upgrading && !delivering) {
            if (channel instanceof AbstractNioChannel nio) {
                nio.unsafe().read();
            } else if (channel.unsafe() instanceof IoHandle handle) {
                handle.handle(null, READABLE);
            }
        }
        return channel.isOpen();
    }

    private void received(Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (closed || upgrading && !socket.isSsl()) {
            bytes.release();
            end = upgrading ? SocketEnd.TLS : end;
            abort();
            return;
        }
        octetsReceived += bytes.readableBytes();
        received.add(bytes);
        if (!readingWanted) {
            readFromNetwork(false);
        }
        // What the peer sends right behind its handshake arrives before the upgrade's own future: it can wait.
        if (!upgrading) {
            deliver();
        }
    }

    private void deliver() {
        delivering = true;
        gathering.begin();
        try {
            handler.readable();
        } finally {
            delivering = false;
            gathering.end();
        }
    }

    private void event(Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            if (!inputEnded && !closed) {
                inputEnded = true;
                if (upgrading) {
                    // No handshake can end well any more, and Netty would wait for it.
                    socket.channelHandlerContext().close();
                } else {
                    deliver();
                }
            }
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    // Writing

    /** Adds bytes to what {@link #flush} will write. */
    public void write(byte[] bytes) {
        write(Unpooled.wrappedBuffer(bytes));
    }

    /**
     * Adds bytes, which are this socket's from now on, to what {@link #flush} will write; that happens at once when they
     * have become as much as may be unsent, since {@link #hasRoom} knows only what was written.
     */
    public void write(ByteBuf bytes) {
        if (closed) {
            bytes.release();
            return;
        }
        octetsSent += bytes.readableBytes();
        unsent.add(bytes);
        if (unsent.octets() >= WRITE_QUEUE_OCTETS_MAX) {
            flush();
        }
    }

    /**
     * Writes all that was added, when the socket of this event loop that is read now was read: for what is short, of which
     * more may come until then.
     */
    public void flushSoon() {
        if (!unsent.isEmpty() && !flushing) {
            flushing = gathering.postpones(this);
            if (!flushing) {
                flush();
            }
        }
    }

    /** Writes all that was added, at once: one system call and one TLS record for many replies. */
    public void flush() {
        flushing = false;
        if (!unsent.isEmpty()) {
            lastWrite = send(unsent.takeAll(channel.alloc()));
        }
    }

    /** Completes when all that was flushed so far has left for the kernel; fails when it will not. */
    public Future<Void> flushed() {
        return lastWrite;
    }

    /**
     * Netty releases whatever it was given, however that ends. Vert.x holds back what there is no room for, and if the
     * connection breaks meanwhile, fails it with an exception of its own, and releases nothing.
     */
    private Future<Void> send(ByteBuf bytes) {
        return socket.writeMessage(bytes).onFailure(failure -> {
            if (failure instanceof VertxException) {
                bytes.release();
            }
        });
    }

    /** Whether the peer keeps up: false while too much is unsent. */
    public boolean hasRoom() {
        return !socket.writeQueueFull();
    }

    // TLS

    /**
     * Sends the reply and shakes hands as the server. The future fails, and the socket closes, when that fails, or when
     * a byte of plaintext came behind what {@link #next()} gave last: STARTTLS injection.
     */
    public Future<Void> startTls(ServerSSLOptions options, byte[] reply) {
        flush();
        octetsSent += reply.length;
        return upgrade(() -> socket.upgradeToSsl(options, Buffer.buffer(reply)));
    }

    /** Shakes hands as the server, likewise, before any other byte. */
    public Future<Void> startTls(ServerSSLOptions options) {
        return upgrade(() -> socket.upgradeToSsl(options));
    }

    /** Shakes hands as the client, likewise; {@code serverName} is for SNI, and what the certificate must be for. */
    public Future<Void> startTls(ClientSSLOptions options, String serverName) {
        flush();
        return upgrade(() -> socket.upgradeToSsl(options, serverName));
    }

    // Vert.x stops reading at once, and puts the TLS handler in before it reads on: what came too early, in the
    // clear, is either here already or will fail the handshake.
    private Future<Void> upgrade(Supplier<Future<Void>> handshake) {
        if (!received.isEmpty()) {
            end = SocketEnd.TLS;
            abort();
            return Future.failedFuture("plaintext behind STARTTLS");
        }
        upgrading = true;
        return handshake.get().andThen((done, failure) -> {
            upgrading = false;
            if (failure != null) {
                end = inputEnded ? SocketEnd.FIN : SocketEnd.TLS;
                abort();
            }
        });
    }

    public boolean isTls() {
        return socket.isSsl();
    }

    /** What the handshake has agreed on; null without TLS, and without a handshake that is done. */
    public SSLSession tlsSession() {
        SSLSession session = socket.isSsl() ? socket.sslSession() : null;
        return session == null || session.getProtocol().equals(NO_PROTOCOL) ? null : session;
    }

    /** Protocol and cipher suite, for logs; null where {@link #tlsSession} is. */
    public String tlsDescription() {
        SSLSession session = tlsSession();
        return session == null ? null : session.getProtocol() + "/" + session.getCipherSuite();
    }

    // Ending

    /**
     * Writes what is left, and closes this side: close_notify, FIN. The peer's side stays open, for {@link #abort} to
     * close when the peer has closed too or has had its time; to close both at once would make a reset of every byte
     * that it still sends. The future completes when this side is closed.
     */
    public Future<Void> endOutput() {
        OutputEnd.awaitEnd(channel);
        flush();
        Promise<Void> ended = Promise.promise();
        lastWrite.onComplete(written -> shutdownOutput(ended));
        return ended.future();
    }

    private void shutdownOutput(Promise<Void> ended) {
        if (closed) {
            ended.complete();
        } else {
            OutputEnd.send(channel, ended::complete);
        }
    }

    /**
     * Closes the socket now; what was not flushed is lost. From below Vert.x' own handler, which would wait until all was
     * sent: for ever, to a peer that does not read.
     */
    public void abort() {
        if (!closed) {
            if (flushing) {
                flush();
            }
            end = end == SocketEnd.FIN ? SocketEnd.OURS : end;
            socket.channelHandlerContext().close();
        }
    }

    private void failed(Throwable failure) {
        boolean tls = failure instanceof SSLException || failure instanceof DecoderException;
        end = tls ? SocketEnd.TLS : SocketEnd.RST;
        abort();
    }

    private void gone() {
        if (closed) {
            return;
        }
        closed = true;
        received.forEach(ByteBuf::release);
        received.clear();
        unsent.release();
        if (current != null) {
            current.release();
            current = null;
        }
        handler.closed(end);
    }

    // What it is

    public SocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    public SocketAddress localAddress() {
        return socket.localAddress();
    }

    public long octetsReceived() {
        return octetsReceived;
    }

    public long octetsSent() {
        return octetsSent;
    }
}
