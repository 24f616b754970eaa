package org.smtpgate.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The clients and upstream connections that a dialogue names, each made at its first step. */
final class DialogueCast implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration QUIET = Duration.ofMillis(200);

    private final int port;
    private final StepUpstream upstream;
    private final Map<String, SmtpClient> clients = new HashMap<>();
    private final Map<String, StepConnection> connections = new HashMap<>();

    DialogueCast(int port, StepUpstream upstream) {
        this.port = port;
        this.upstream = upstream;
    }

    void play(DialogueStep step) {
        if (step.isClients()) {
            if (!step.text().startsWith("connect") || step.kind() != DialogueStep.Kind.DEED) {
                play(step, client(step.actor()));
            } else {
                connect(step);
            }
        } else {
            play(step, connections.computeIfAbsent(step.actor(), name -> upstream.accept()));
        }
    }

    private void connect(DialogueStep step) {
        SmtpClient client = step.text().equals("connect-tls") ? SmtpClient.connectTls(port) : SmtpClient.connect(port);
        SmtpClient before = clients.put(step.actor(), client.timeout(PATIENCE));
        if (before != null) {
            before.close();
        }
    }

    private SmtpClient client(String name) {
        return clients.computeIfAbsent(name, n -> SmtpClient.connect(port).timeout(PATIENCE));
    }

    private void play(DialogueStep step, SmtpClient client) {
        switch (step.kind()) {
            case SEND -> client.send(step.text());
            case SEND_RAW -> client.sendRaw(unescape(step.text()));
            case READ -> same(step.text(), client.reply().toString());
            case READ_MATCHING -> matching(step.text(), client.reply().toString());
            case DEED -> act(step.text(), client);
        }
    }

    private static void act(String deed, SmtpClient client) {
        switch (deed) {
            case "tls" -> client.handshake();
            case "half-close" -> client.halfClose();
            case "close" -> client.close();
            case "reset" -> client.reset();
            case "end" -> client.expectCleanEnd();
            case "open" -> client.expectOpen();
            default -> throw new IllegalArgumentException("a client cannot " + deed);
        }
    }

    private static void play(DialogueStep step, StepConnection connection) {
        switch (step.kind()) {
            case SEND -> connection.send(step.text());
            case SEND_RAW -> connection.sendRaw(unescape(step.text()));
            case READ -> connection.expect(step.text());
            case READ_MATCHING -> matching(step.text(), connection.readLine());
            case DEED -> act(step.text(), connection);
        }
    }

    private static void act(String deed, StepConnection connection) {
        switch (deed) {
            case "accept" -> connection.expectOpen(Duration.ofMillis(1));
            case "hello" -> connection.hello("PIPELINING");
            case "tls" -> connection.startTls();
            case "close" -> connection.finish();
            case "reset" -> connection.reset();
            case "end" -> connection.expectEnd(PeerEnd.CLEAN);
            case "open" -> connection.expectOpen(QUIET);
            default -> throw new IllegalArgumentException("an upstream cannot " + deed);
        }
    }

    private static void same(String expected, String read) {
        if (!read.equals(expected)) {
            throw new AssertionError("read \"" + read + "\"");
        }
    }

    private static void matching(String pattern, String read) {
        if (!Pattern.compile(pattern, Pattern.DOTALL).matcher(read).lookingAt()) {
            throw new AssertionError("read \"" + read + "\"");
        }
    }

    static byte[] unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                bytes.writeBytes(text.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            char escape = text.charAt(++i);
            if (escape == 'x') {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(escaped(escape));
            }
        }
        return bytes.toByteArray();
    }

    private static int escaped(char escape) {
        return switch (escape) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case '\\' -> '\\';
            default -> throw new IllegalArgumentException("no such escape: \\" + escape);
        };
    }

    @Override
    public void close() {
        clients.values().forEach(SmtpClient::close);
        connections.values().forEach(StepConnection::close);
    }
}
