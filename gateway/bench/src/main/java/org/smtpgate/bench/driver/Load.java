package org.smtpgate.bench.driver;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.smtpgate.bench.message.MessageMaker;

/**
 * Starts sessions until all are over: so many at a time (closed loop), or so many a second (open loop). In the open loop a
 * session's time counts from when it was due, so that a proxy that stalls cannot hide the sessions that it delayed
 * (coordinated omission).
 */
final class Load implements ClientSession.Owner {
    private static final int RECEIVE_OCTETS = 16_384;
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final CompletableFuture<Void> allHeld = new CompletableFuture<>();
    private final CompletableFuture<Void> allOver = new CompletableFuture<>();
    private final List<ClientSession> held = new ArrayList<>();
    private final Tally tally = new Tally();

    private final Plan plan;
    private final MessageMaker maker;
    private final int sessions;
    private final int untimed;
    private final int concurrency;
    private final double ratePerSecond;
    private final Bootstrap bootstrap;

    private int started;
    private int numbers;
    private long firstNanos;

    /**
     * @param untimed until so many sessions are over, no times are kept
     * @param concurrency how many sessions may be under way; those that are held do not count
     * @param ratePerSecond 0 for a closed loop
     */
    Load(Plan plan, MessageMaker maker, int sessions, int untimed, int concurrency, double ratePerSecond) {
        this.plan = plan;
        this.maker = maker;
        this.sessions = sessions;
        this.untimed = untimed;
        this.concurrency = concurrency;
        this.ratePerSecond = ratePerSecond;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(RECEIVE_OCTETS))
                .remoteAddress(plan.target());
    }

    /** Begins; returns at once. */
    void start() {
        loop.execute(() -> {
            firstNanos = System.nanoTime();
            fill();
        });
    }

    /** Completes when every session is either held or over. */
    CompletableFuture<Void> allHeld() {
        return allHeld;
    }

    CompletableFuture<Void> allOver() {
        return allOver;
    }

    /** Lets those go on that are held. */
    void release() {
        loop.execute(() -> {
            List<ClientSession> all = List.copyOf(held);
            held.clear();
            all.forEach(ClientSession::goOn);
        });
    }

    /** Only once all are over. */
    Tally tally() {
        return tally;
    }

    void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Override
    public int nextNumber() {
        return numbers++;
    }

    @Override
    public void held(ClientSession session) {
        held.add(session);
        progressed();
    }

    @Override
    public void over() {
        if (tally.sessionsOver() == untimed) {
            tally.forgetTimes();
        }
        progressed();
    }

    private void progressed() {
        if (held.size() + tally.sessionsOver() == sessions) {
            allHeld.complete(null);
        }
        if (tally.sessionsOver() == sessions) {
            allOver.complete(null);
        } else if (ratePerSecond == 0) {
            // Not from within the session that ended: a failure to connect would recur ever deeper.
            loop.execute(this::fill);
        }
    }

    private void fill() {
        long now = System.nanoTime();
        while (started < sessions && underWay() < concurrency && due(started) <= now) {
            begin(ratePerSecond == 0 ? System.nanoTime() : due(started));
        }
        if (ratePerSecond > 0 && started < sessions) {
            loop.schedule(this::fill, TICK_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private long due(int index) {
        return ratePerSecond == 0 ? firstNanos : firstNanos + (long) (index / ratePerSecond * 1e9);
    }

    private int underWay() {
        return started - held.size() - tally.sessionsOver();
    }

    private void begin(long startNanos) {
        started++;
        ClientSession session = new ClientSession(plan, maker, tally, this, startNanos);
        ChannelFuture connecting = bootstrap
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(session);
                    }
                })
                .connect();
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                session.notConnected(future.cause());
            }
        });
    }
}
