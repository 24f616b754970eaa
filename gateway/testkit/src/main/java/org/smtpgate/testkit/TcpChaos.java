package org.smtpgate.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy on loopback that can stop reading, cut connections at a byte, and deliver bytes one by one. What it is
 * told holds for all its connections, those to come too.
 */
public final class TcpChaos implements AutoCloseable {
    private static final int SMALL_BUFFER = 16 * 1024;

    private final int target;
    private final ServerSocket server;
    private final Map<Flow, ChaosValve> valves = new EnumMap<>(Flow.class);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tcp-chaos");
        thread.setDaemon(true);
        return thread;
    });

    /** The two directions, named after where the bytes go. */
    public enum Flow {
        TO_SERVER,
        TO_CLIENT
    }

    /** How both sides learn that a connection was cut. */
    public enum Cut {
        FIN,
        RST
    }

    /** Passes connections on to a port on loopback. */
    public TcpChaos(int target) {
        this.target = target;
        for (Flow flow : Flow.values()) {
            valves.put(flow, new ChaosValve());
        }
        server = Loopback.listen(SMALL_BUFFER);
        threads.execute(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Stops reading, so that the sender's window fills. */
    public TcpChaos pause(Flow flow) {
        valves.get(flow).pause(true);
        return this;
    }

    public TcpChaos resume(Flow flow) {
        valves.get(flow).pause(false);
        return this;
    }

    /** Each connection is cut when this many bytes have gone this way over it; those go through. */
    public TcpChaos cutAfter(Flow flow, long bytes, Cut how) {
        valves.get(flow).cutAfter(bytes, how);
        return this;
    }

    /** Every byte is written by itself; the reader may still find several at once if it is slow. */
    public TcpChaos oneByOne(Flow flow) {
        valves.get(flow).oneByOne();
        return this;
    }

    /** How many bytes have gone this way in all. */
    public long passed(Flow flow) {
        return valves.get(flow).passed();
    }

    /** Cuts every connection now. */
    public void cutAll(Cut how) {
        sockets.forEach(socket -> ChaosValve.cut(socket, how));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                join(server.accept());
            } catch (IOException e) {
                return;
            }
        }
    }

    private void join(Socket client) throws IOException {
        Socket upstream = new Socket();
        upstream.setReceiveBufferSize(SMALL_BUFFER);
        try {
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (IOException e) {
            ChaosValve.cut(client, Cut.RST);
            return;
        }
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(upstream);
        AtomicInteger directions = new AtomicInteger(2);
        threads.execute(() -> pump(Flow.TO_SERVER, client, upstream, directions));
        threads.execute(() -> pump(Flow.TO_CLIENT, upstream, client, directions));
    }

    private void pump(Flow flow, Socket from, Socket to, AtomicInteger directions) {
        valves.get(flow).pump(from, to);
        if (directions.decrementAndGet() == 0) {
            for (Socket socket : List.of(from, to)) {
                sockets.remove(socket);
                Loopback.close(socket);
            }
        }
    }

    @Override
    public void close() {
        Loopback.close(server);
        threads.shutdownNow();
        cutAll(Cut.RST);
    }
}
