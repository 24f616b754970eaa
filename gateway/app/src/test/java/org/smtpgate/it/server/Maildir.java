package org.smtpgate.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.smtpgate.it.fixture.Letter;

/** Mail as a server has delivered it, a file for each message; a line ends in LF there, or in CRLF. */
public record Maildir(Path arrived) {

    private static final int SHOWN = 40;
    private static final int HEAD_OCTETS = 1_000;
    private static final String[] TRACES = {
        "Return-Path:",
        "Return-path:",
        "X-Original-To:",
        "Delivered-To:",
        "Envelope-to:",
        "Received:",
        "X-Sieve:",
        "\t",
        " "
    };

    /** Waits for a letter, and compares each byte; trace headers aside, and with an LF for each CRLF. */
    public void assertHolds(Letter letter) {
        String sent = new String(letter.message(), StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
        byte[] expected = sent.getBytes(StandardCharsets.ISO_8859_1);
        byte[] arrived = awaitMessageTo(letter.to());
        int at = Arrays.mismatch(expected, arrived);
        // The whole of five megabytes in a failure's message would help nobody.
        assertThat(at)
                .as(() -> "sent [%s] but got [%s] at byte".formatted(shown(expected, at), shown(arrived, at)))
                .isNegative();
    }

    private static String shown(byte[] bytes, int from) {
        return new String(bytes, from, Math.min(SHOWN, bytes.length - from), StandardCharsets.ISO_8859_1);
    }

    private byte[] awaitMessageTo(String recipient) {
        List<byte[]> found = await("mail for " + recipient)
                .atMost(Duration.ofSeconds(60))
                .until(() -> messagesTo(recipient), messages -> !messages.isEmpty());
        assertThat(found).as("messages for " + recipient).hasSize(1);
        return found.get(0);
    }

    /** Every message to a recipient that has arrived by now. */
    public List<byte[]> messagesTo(String recipient) throws IOException {
        if (!Files.isDirectory(arrived)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(arrived)) {
            return files.map(Maildir::read)
                    .map(Maildir::withLf)
                    .filter(bytes -> isFor(recipient, bytes))
                    .map(Maildir::withoutTraces)
                    .toList();
        }
    }

    /** Shows every message that has arrived by now, without its traces, and whom it was delivered to. */
    public void forEach(BiConsumer<String, String> reader) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(arrived)) {
            for (Path file : files) {
                byte[] message = read(file);
                int from = withoutTracesFrom(message);
                String traces = new String(message, 0, from, StandardCharsets.ISO_8859_1);
                String text = new String(message, from, message.length - from, StandardCharsets.ISO_8859_1);
                reader.accept(deliveredTo(traces), text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String deliveredTo(String traces) {
        return traces.lines()
                .filter(line -> line.startsWith("Delivered-To: "))
                .map(line -> line.substring("Delivered-To: ".length()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no Delivered-To in " + traces));
    }

    private static byte[] withLf(byte[] message) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        return text.replace("\r\n", "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }

    /** A server that does not say for whom it was has kept the header that says to whom it was sent. */
    private static boolean isFor(String recipient, byte[] message) {
        int from = withoutTracesFrom(message);
        String traces = new String(message, 0, from, StandardCharsets.ISO_8859_1);
        if (traces.contains("Delivered-To: ") || traces.contains("Envelope-to: ")) {
            return traces.contains("-To: " + recipient + "\n")
                    || traces.contains("-To: <" + recipient + ">\n")
                    || traces.contains("Envelope-to: " + recipient + "\n");
        }
        int head = Math.min(HEAD_OCTETS, message.length - from);
        return new String(message, from, head, StandardCharsets.ISO_8859_1).contains("\nTo: <" + recipient + ">");
    }

    private static byte[] withoutTraces(byte[] message) {
        return Arrays.copyOfRange(message, withoutTracesFrom(message), message.length);
    }

    /** Where the headers end that servers on the way put first. */
    private static int withoutTracesFrom(byte[] message) {
        int start = 0;
        while (start < message.length && startsTrace(message, start)) {
            int end = start;
            while (message[end] != '\n') {
                end++;
            }
            start = end + 1;
        }
        return start;
    }

    private static boolean startsTrace(byte[] message, int start) {
        String line = new String(message, start, Math.min(20, message.length - start), StandardCharsets.ISO_8859_1);
        return Arrays.stream(TRACES).anyMatch(line::startsWith);
    }
}
