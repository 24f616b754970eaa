package org.smtpgate.auth.saslauthd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.smtpgate.testkit.Loopback;

/** Listens where saslauthd would, and does to each client what a test says. */
final class OddDaemon implements AutoCloseable {
    private final ServerSocketChannel listening;
    private final Behaviour behaviour;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "odd-daemon");
        thread.setDaemon(true);
        return thread;
    });

    /** What is done to one client; its connection is closed afterwards. */
    interface Behaviour {
        void with(SocketChannel client) throws IOException, InterruptedException;
    }

    OddDaemon(Path path, Behaviour behaviour) {
        this.behaviour = behaviour;
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
                open.add(client);
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        try (client) {
            behaviour.with(client);
        } catch (IOException e) {
            // The client is gone, or the test is over.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            now.decrementAndGet();
        }
    }

    /** Reads until so many octets have come. */
    static void read(SocketChannel client, int octets) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(octets);
        while (bytes.hasRemaining() && client.read(bytes) >= 0) {
            // More is to come.
        }
    }

    static void write(SocketChannel client, byte... octets) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(octets);
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    /** How many clients it had at once. */
    int most() {
        return most.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        open.forEach(Loopback::close);
        Loopback.close(listening);
    }
}
