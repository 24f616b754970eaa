package org.smtpgate.testkit;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server for very many messages, of which it keeps nothing but counts; and which goes away, or refuses, at random.
 * What it does to the n-th connection follows from a seed.
 */
public final class MailSink implements AutoCloseable {
    private final ServerSocket listening;
    private final long seed;
    private final int oneIn;
    private final Set<SinkConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicInteger faults = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "mail-sink", 256 * 1024);
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean calm;

    /**
     * Starts one.
     *
     * @param oneIn about how many commands there are for each that meets a fault
     */
    public MailSink(long seed, int oneIn) {
        this.seed = seed;
        this.oneIn = oneIn;
        listening = Loopback.listen();
        threads.execute(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** From now on it does everything right. */
    public void calmDown() {
        calm = true;
    }

    /** The connections whose other side has not ended, and which this side has not closed. */
    public int openConnections() {
        return open.size();
    }

    /** All connections there ever were. */
    public int connections() {
        return accepted.get();
    }

    /** The messages that were answered with 250. */
    public int messages() {
        return messages.get();
    }

    /** How often it has gone away, refused or been silent. */
    public int faults() {
        return faults.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                serve(listening.accept());
            } catch (IOException | RejectedExecutionException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        SinkConnection connection = new SinkConnection(this, socket, seed ^ accepted.incrementAndGet());
        open.add(connection);
        threads.execute(() -> {
            try {
                connection.serve();
            } finally {
                open.remove(connection);
            }
        });
    }

    int oneIn() {
        return calm ? Integer.MAX_VALUE : oneIn;
    }

    void faulted() {
        faults.incrementAndGet();
    }

    void took() {
        messages.incrementAndGet();
    }

    @Override
    public void close() {
        Loopback.close(listening);
        threads.shutdownNow();
        open.forEach(SinkConnection::close);
    }
}
