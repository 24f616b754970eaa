package org.smtpgate.proxy.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The event loops of another group, lent to the sockets that listen: an acceptor with a thread of its own would wake a loop
 * for each connection. Who connects waits for the loop that listens, then, and not for the one that gets the connection.
 *
 * <p>Takes turns by a count of its own, since Vert.x spreads verticles by that of the other group, and leaves it to that
 * group to end the loops. May be called from any thread.
 */
final class AcceptingLoops extends AbstractEventExecutorGroup implements EventLoopGroup {
    private final EventLoopGroup owner;
    private final List<EventLoop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    AcceptingLoops(EventLoopGroup owner) {
        this.owner = owner;
        for (EventExecutor loop : owner) {
            loops.add((EventLoop) loop);
        }
    }

    /** Whose turn is next, which is not over by this: Vert.x asks for a promise of it before each socket that it registers. */
    @Override
    public EventLoop next() {
        return loops.get(Math.floorMod(turn.get(), loops.size()));
    }

    private EventLoop take() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return owner.iterator();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return take().register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return take().register(promise);
    }

    @Deprecated
    @Override
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return take().register(channel, promise);
    }

    /** Ends nothing. */
    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return terminationFuture();
    }

    /** Done, as there is nothing of its own to end. */
    @Override
    public Future<?> terminationFuture() {
        return GlobalEventExecutor.INSTANCE.newSucceededFuture(null);
    }

    @Deprecated
    @Override
    public void shutdown() {
        // Ends nothing.
    }

    @Override
    public boolean isShuttingDown() {
        return owner.isShuttingDown();
    }

    @Override
    public boolean isShutdown() {
        return owner.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return owner.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return owner.awaitTermination(timeout, unit);
    }
}
