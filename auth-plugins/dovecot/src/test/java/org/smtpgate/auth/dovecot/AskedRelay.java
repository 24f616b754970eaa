package org.smtpgate.auth.dovecot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.smtpgate.testkit.Loopback;

/** Stands before an auth server, and counts what it is asked. */
final class AskedRelay implements AutoCloseable {
    private final ServerSocket listening = Loopback.listen();
    private final AtomicLong logins = new AtomicLong();
    private final int port;

    /** @param port the server's, on loopback */
    AskedRelay(int port) {
        this.port = port;
        thread(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How often a login was begun. */
    long logins() {
        return logins.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listening.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            thread(() -> {
                try (client;
                        server) {
                    server.getInputStream().transferTo(client.getOutputStream());
                }
            });
            thread(() -> {
                try (client;
                        server) {
                    count(client, server);
                }
            });
        }
    }

    private void count(Socket client, Socket server) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("AUTH\t")) {
                logins.incrementAndGet();
            }
            server.getOutputStream().write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private interface Job {
        void run() throws IOException;
    }

    private static void thread(Job job) {
        Thread thread = new Thread(
                () -> {
                    try {
                        job.run();
                    } catch (IOException closed) {
                        // One side has gone, and the other follows.
                    }
                },
                "asked-relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
