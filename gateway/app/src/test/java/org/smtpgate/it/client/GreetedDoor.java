package org.smtpgate.it.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A port that leads to another one, behind an EHLO: for GNU SASL's client, which says STARTTLS before it has said EHLO. It
 * takes one connection, and has no part in the TLS that follows.
 */
final class GreetedDoor implements AutoCloseable {
    private static final int PATIENCE_MS = 30_000;

    private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final int beyond;

    GreetedDoor(int beyond) throws IOException {
        this.beyond = beyond;
        run(this::lead);
    }

    int port() {
        return door.getLocalPort();
    }

    private void lead() throws IOException {
        try (Socket client = door.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), beyond)) {
            client.setSoTimeout(PATIENCE_MS);
            server.setSoTimeout(PATIENCE_MS);
            InputStream replies = server.getInputStream();
            String greeting = reply(replies);
            server.getOutputStream().write("EHLO door.example\r\n".getBytes(StandardCharsets.US_ASCII));
            reply(replies);
            client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
            Thread back = run(() -> copy(server, client));
            copy(client, server);
            back.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All lines of one reply. */
    private static String reply(InputStream replies) throws IOException {
        StringBuilder reply = new StringBuilder();
        String line;
        do {
            line = line(replies);
            reply.append(line);
        } while (line.length() > 3 && line.charAt(3) == '-');
        return reply.toString();
    }

    private static String line(InputStream replies) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = replies.read(); octet >= 0; octet = replies.read()) {
            line.append((char) octet);
            if (octet == '\n') {
                break;
            }
        }
        return line.toString();
    }

    private static void copy(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] some = new byte[8192];
        for (int read = in.read(some); read >= 0; read = in.read(some)) {
            out.write(some, 0, read);
        }
        to.shutdownOutput();
    }

    /** What may break off at any time, as connections do. */
    private interface Task {
        void run() throws IOException;
    }

    private static Thread run(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException brokenOff) {
                // The program at one end says so itself.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
