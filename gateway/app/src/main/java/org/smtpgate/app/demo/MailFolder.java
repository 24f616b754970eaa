package org.smtpgate.app.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The demonstration's mail server: the least of SMTP that takes a message, and a folder that it goes to. */
final class MailFolder implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 16;
    private static final int MESSAGE_OCTETS_MAX = 32 << 20;

    private final Path folder;
    private final ServerSocket server;
    private final AtomicInteger messages = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS_MAX + 1, task -> {
        Thread thread = new Thread(task, "demo-mail-server");
        thread.setDaemon(true);
        return thread;
    });

    MailFolder(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.server = new ServerSocket(0, CONNECTIONS_MAX, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                // Closed; or a client that was gone before it was accepted.
                continue;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            say(out, "220 mail.demo ESMTP");
            for (String line = line(in); line != null; line = line(in)) {
                String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> say(out, "250-mail.demo", "250-PIPELINING", "250-8BITMIME", "250 SIZE");
                    case "DATA" -> {
                        say(out, "354 Go ahead");
                        say(out, "250 2.0.0 Ok: kept as " + keep(in).getFileName());
                    }
                    case "QUIT" -> {
                        say(out, "221 2.0.0 Bye");
                        return;
                    }
                    case "MAIL", "RCPT", "RSET", "NOOP", "HELO" -> say(out, "250 2.0.0 Ok");
                    default -> say(out, "502 5.5.1 This is a small server");
                }
            }
        } catch (IOException e) {
            // The gateway ended the connection; there is nobody to tell.
            return;
        }
    }

    private Path keep(InputStream in) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (String line = line(in); line != null; line = line(in)) {
            if (line.equals(".")) {
                Path file = folder.resolve("message-" + messages.incrementAndGet() + ".eml");
                return Files.write(file, message.toByteArray());
            }
            String text = line.startsWith(".") ? line.substring(1) : line;
            message.writeBytes((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            if (message.size() > MESSAGE_OCTETS_MAX) {
                throw new IOException("the message is too large for a demonstration");
            }
        }
        throw new IOException("the message has no end");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                int end = line.length() - 1;
                return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
            }
            line.append((char) octet);
        }
        return null;
    }

    private static void say(OutputStream out, String... lines) throws IOException {
        out.write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
