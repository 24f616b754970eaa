package org.smtpgate.testkit.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntFunction;
import org.smtpgate.testkit.Loopback;

/** A proxy on loopback before an SMTP server that does to each connection what a plan says, such as a {@link FaultPlan}. */
public final class FaultProxy implements AutoCloseable {
    private static final int SMALL_BUFFER = 16 * 1024;
    private static final int CONNECT_MILLIS = 10_000;

    private final int target;
    private final IntFunction<Optional<PlannedFault>> plan;
    private final ServerSocket listening;
    private final List<PlannedFault> inflicted = new ArrayList<>();
    private final Set<FaultyConnection> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "fault-proxy", 256 * 1024);
        thread.setDaemon(true);
        return thread;
    });
    private volatile int connections;

    /** Passes connections on to a port on loopback. */
    public FaultProxy(int target, IntFunction<Optional<PlannedFault>> plan) {
        this.target = target;
        this.plan = plan;
        // What a hanging connection can hold should be less than a message.
        listening = Loopback.listen(SMALL_BUFFER);
        threads.execute(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** How many connections were taken. */
    public int connections() {
        return connections;
    }

    /** The faults that have struck so far. */
    public List<PlannedFault> inflicted() {
        synchronized (inflicted) {
            return List.copyOf(inflicted);
        }
    }

    private void accept() {
        for (int number = 1; !listening.isClosed(); number++) {
            try {
                join(listening.accept(), plan.apply(number).orElse(null));
                connections = number;
            } catch (RejectedExecutionException e) {
                return;
            } catch (IOException e) {
                // Closed; or else a client was gone, or the server was, and that is for the client to see.
                continue;
            }
        }
    }

    private void join(Socket client, PlannedFault planned) throws IOException {
        Socket server = new Socket();
        FaultyConnection connection = new FaultyConnection(client, server, planned, () -> record(planned));
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            connection.reset();
            throw e;
        }
        open.add(connection);
        connection.start(threads, () -> open.remove(connection));
    }

    private void record(PlannedFault fault) {
        synchronized (inflicted) {
            inflicted.add(fault);
        }
    }

    /** Takes no more connections, and tears down those that are open. */
    @Override
    public void close() {
        Loopback.close(listening);
        threads.shutdownNow();
        open.forEach(FaultyConnection::reset);
    }
}
