package org.smtpgate.proxy.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;

/** The end of what a channel writes, when all of it is written: close_notify where it is encrypted, and FIN. */
final class OutputEnd {
    private OutputEnd() {}

    /** Sends it; {@code then} is run when it has left. The peer may still send, and what it sends is still read. */
    static void send(Channel channel, Runnable then) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutdown(channel, then);
        } else {
            tls.closeOutbound().addListener(notified -> shutdown(channel, then));
        }
    }

    /**
     * Has what is written from now on wait for the end, so that the last reply, close_notify and FIN leave as one segment and
     * not three. The kernel waits 200 ms at most.
     */
    static void awaitEnd(Channel channel) {
        if (channel instanceof EpollSocketChannel epoll && epoll.isActive()) {
            try {
                epoll.config().setTcpCork(true);
            } catch (ChannelException e) {
                // The peer has torn it down, of which the channel will tell.
            }
        }
    }

    private static void shutdown(Channel channel, Runnable then) {
        if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
            shutdown(channel, socket);
            then.run();
        } else {
            ((DuplexChannel) channel).shutdownOutput().addListener(done -> then.run());
        }
    }

    /**
     * As Netty does it, but for two exceptions with all their stack that it makes of each end in order. Nothing is to come
     * but the peer's end, and that closes the channel.
     */
    private static void shutdown(Channel channel, Socket socket) {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        try {
            socket.shutdown(false, true);
        } catch (IOException | NotYetConnectedException e) {
            // The peer has torn it down, of which the channel will tell.
        }
    }
}
