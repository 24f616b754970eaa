package org.smtpgate.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Sockets of loopback for servers of tests, whose failures to open and to close are the test's own. */
public final class Loopback {
    /** Tests connect many clients at once. */
    private static final int BACKLOG = 512;

    private Loopback() {}

    /** One that listens on a free port. */
    public static ServerSocket listen() {
        return listen(0);
    }

    /**
     * Likewise.
     *
     * @param receiveBuffer octets that the kernel is to keep of each connection, about; 0 for what it likes
     */
    public static ServerSocket listen(int receiveBuffer) {
        try {
            ServerSocket socket = new ServerSocket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
