package org.smtpgate.proxy.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TcpConfig;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;

/**
 * Linux' epoll as Netty has it, but for three faults of Netty 4.2.18:
 *
 * <ul>
 *   <li>A socket that waits for nothing any more, as one whose peer has half-closed while it is not read, is taken out of
 *       epoll, and can never be put back. Here it stays in, waiting for nothing.
 *   <li>A socket that is made when another was closed in the same turn has that one's number, and is taken for it by what
 *       is still to be told of it: to read what is not connected yet fails the attempt. Here it is told nothing in its
 *       first turn; the kernel says again what stays true.
 *   <li>The end of a peer that is not read makes Netty read all that the kernel has of it, however much that is. Here nobody
 *       is told of that end: who reads on finds it behind the last octet.
 * </ul>
 */
final class NativeTransport implements io.vertx.core.transport.Transport {
    private final Transport epoll = io.vertx.core.transport.Transport.EPOLL.implementation();

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public boolean available() {
        return epoll.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return epoll.unavailabilityCause();
    }

    @Override
    public Transport implementation() {
        return new Lasting(epoll);
    }

    /** Vert.x' transport with another registration of sockets, and with listening sockets on the event loops. */
    private static final class Lasting implements Transport {
        private final Transport epoll;
        private EventLoopGroup loops;

        Lasting(Transport epoll) {
            this.epoll = epoll;
        }

        /** Vert.x asks for the loops first, and then for who accepts. */
        @Override
        public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
            if (type == ACCEPTOR_EVENT_LOOP_GROUP && loops != null) {
                return new AcceptingLoops(loops);
            }
            loops = Transport.super.eventLoopGroup(type, threads, factory, ioRatio);
            return loops;
        }

        @Override
        public IoHandlerFactory ioHandlerFactory() {
            IoHandlerFactory handlers = epoll.ioHandlerFactory();
            return new IoHandlerFactory() {
                @Override
                public IoHandler newHandler(ThreadAwareExecutor executor) {
                    return new LastingHandler(handlers.newHandler(executor));
                }

                @Override
                public boolean isChangingThreadSupported() {
                    return handlers.isChangingThreadSupported();
                }
            };
        }

        @Override
        public boolean supportsDomainSockets() {
            return epoll.supportsDomainSockets();
        }

        @Override
        public boolean supportFileRegion() {
            return epoll.supportFileRegion();
        }

        @Override
        public boolean isAvailable() {
            return epoll.isAvailable();
        }

        @Override
        public Throwable unavailabilityCause() {
            return epoll.unavailabilityCause();
        }

        @Override
        public java.net.SocketAddress convert(SocketAddress address) {
            return epoll.convert(address);
        }

        @Override
        public SocketAddress convert(java.net.SocketAddress address) {
            return epoll.convert(address);
        }

        @Override
        public DatagramChannel datagramChannel(InternetProtocolFamily family) {
            return epoll.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
            return epoll.datagramChannelFactory();
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return epoll.channelFactory(domainSocket);
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return epoll.serverChannelFactory(domainSocket);
        }

        @Override
        public void configure(DatagramChannel channel, DatagramSocketOptions options) {
            epoll.configure(channel, options);
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, io.netty.bootstrap.Bootstrap bootstrap) {
            epoll.configure(config, domainSocket, bootstrap);
        }

        @Override
        public void configure(TcpConfig config, boolean domainSocket, io.netty.bootstrap.ServerBootstrap bootstrap) {
            epoll.configure(config, domainSocket, bootstrap);
        }
    }

    private static final class LastingHandler implements IoHandler {
        private final IoHandler epoll;
        /** Counts the waits for events. */
        private long turn;

        LastingHandler(IoHandler epoll) {
            this.epoll = epoll;
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return new LastingRegistration(epoll.register(new NewHandle((EpollIoHandle) handle, turn)));
        }

        /** What happens to a socket; events that were waited for before it was registered are another one's. */
        private final class NewHandle implements EpollIoHandle {
            private final EpollIoHandle handle;
            private final long registeredIn;

            NewHandle(EpollIoHandle handle, long registeredIn) {
                this.handle = handle;
                this.registeredIn = registeredIn;
            }

            @Override
            public void handle(IoRegistration registration, IoEvent event) {
                if (registeredIn != turn) {
                    handle.handle(registration, event);
                }
            }

            @Override
            public FileDescriptor fd() {
                return handle.fd();
            }

            @Override
            public void registered() {
                handle.registered();
            }

            @Override
            public void unregistered() {
                handle.unregistered();
            }

            @Override
            public void close() throws Exception {
                handle.close();
            }
        }

        @Override
        public int run(IoHandlerContext context) {
            turn++;
            return epoll.run(context);
        }

        @Override
        public void initialize() {
            epoll.initialize();
        }

        @Override
        public void prepareToDestroy() {
            epoll.prepareToDestroy();
        }

        @Override
        public void destroy() {
            epoll.destroy();
        }

        @Override
        public void wakeup() {
            epoll.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handle) {
            return epoll.isCompatible(handle);
        }
    }

    private record LastingRegistration(IoRegistration epoll) implements IoRegistration {

        /** Of one that waits for nothing the kernel still tells errors, and edge-triggered only once. */
        @Override
        public long submit(IoOps ops) {
            EpollIoOps wanted = ((EpollIoOps) ops).without(EpollIoOps.EPOLLRDHUP);
            return epoll.submit(EpollIoOps.NONE.equals(wanted) ? EpollIoOps.EPOLLET : wanted);
        }

        @Override
        public <T> T attachment() {
            return epoll.attachment();
        }

        @Override
        public boolean isValid() {
            return epoll.isValid();
        }

        @Override
        public boolean cancel() {
            return epoll.cancel();
        }
    }
}
