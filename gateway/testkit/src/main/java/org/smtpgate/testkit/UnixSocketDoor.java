package org.smtpgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A socket in the file system that leads to a server on a loopback port, byte for byte and end for end. */
public final class UnixSocketDoor implements AutoCloseable {
    private static final int CHUNK = 16 * 1024;

    private final Path path;
    private final int port;
    private final ServerSocketChannel listening;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "unix-socket-door");
        thread.setDaemon(true);
        return thread;
    });

    /** @param path of a socket that is not there yet */
    public UnixSocketDoor(Path path, int port) {
        this.path = path;
        this.port = port;
        try {
            listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listening.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel client = listening.accept();
                SocketChannel server =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                open.add(client);
                open.add(server);
                threads.execute(() -> pass(client, server));
                threads.execute(() -> pass(server, client));
            } catch (IOException e) {
                // It is being closed, or nobody is behind it.
                return;
            }
        }
    }

    private static void pass(SocketChannel from, SocketChannel to) {
        ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
        try {
            while (from.read(bytes) >= 0) {
                writeAll(bytes.flip(), to);
                bytes.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            Loopback.close(from);
            Loopback.close(to);
        }
    }

    private static void writeAll(ByteBuffer bytes, ByteChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        open.forEach(Loopback::close);
        try {
            listening.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
