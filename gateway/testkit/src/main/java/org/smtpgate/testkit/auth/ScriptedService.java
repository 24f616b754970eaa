package org.smtpgate.testkit.auth;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.smtpgate.testkit.Loopback;

/**
 * An HTTP service on loopback whose answers are the test's, octet for octet, and which remembers every request likewise. A
 * connection is kept for as long as its client wants. Octets are characters of ISO 8859-1.
 */
public final class ScriptedService implements AutoCloseable {
    /** An answer: none, and the connection is closed. */
    public static final String HANG_UP = "";

    /** An answer: none, and the connection stays. */
    public static final String SILENCE = "\0";

    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile UnaryOperator<String> script;

    private ScriptedService(ServerSocket server, UnaryOperator<String> script) {
        this.server = server;
        this.script = script;
        run("service", this::accept);
    }

    /** @param script makes the answer to a request */
    public static ScriptedService start(UnaryOperator<String> script) {
        return new ScriptedService(Loopback.listen(), script);
    }

    /** Likewise, with TLS. */
    public static ScriptedService start(SSLContext tls, UnaryOperator<String> script) {
        try {
            return new ScriptedService(
                    tls.getServerSocketFactory().createServerSocket(0, 64, InetAddress.getLoopbackAddress()), script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers otherwise from now on. */
    public void answer(UnaryOperator<String> otherwise) {
        script = otherwise;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** All requests so far, with their bodies. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** How many connections there were. */
    public int connections() {
        return accepted.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                connections.add(socket);
                run("service connection", () -> serve(socket));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String request = request(in);
            while (request != null) {
                requests.add(request);
                String answer = script.apply(request);
                if (answer.equals(HANG_UP)) {
                    return;
                }
                if (!answer.equals(SILENCE)) {
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    if (request.contains(" HTTP/1.0\r\n")) {
                        return;
                    }
                }
                request = request(in);
            }
        } catch (IOException e) {
            // The client is gone, or this service is.
        } finally {
            connections.remove(socket);
        }
    }

    /** Null at the end of the connection. */
    private static String request(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return null;
            }
            request.append((char) octet);
        }
        byte[] body = in.readNBytes(length(request.toString()));
        return request + new String(body, StandardCharsets.ISO_8859_1);
    }

    private static int length(String head) {
        return head.lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    private static void run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        Loopback.close(server);
        connections.forEach(Loopback::close);
    }
}
