package org.smtpgate.it.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.smtpgate.it.fixture.Ports;

/** A server's process in the foreground, from the port that it answers on to its end by SIGTERM. */
final class Daemon implements AutoCloseable {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Path output;
    private final Process process;

    /** Starts it, and waits until its port answers; what it says is kept in the folder. */
    Daemon(ServerFolder folder, int port, Map<String, String> environment, List<String> command) {
        this.output = folder.path().resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            this.process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitPort(command.get(0), port);
    }

    private void awaitPort(String name, int port) {
        try {
            await(name + " listens").atMost(LONGEST).until(() -> !process.isAlive() || Ports.answers(port));
        } catch (RuntimeException e) {
            close();
            throw new AssertionError("no answer on port " + port + ": " + output(), e);
        }
        if (!process.isAlive()) {
            throw new AssertionError("it ended with " + process.exitValue() + ": " + output());
        }
    }

    String output() {
        try {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it and all that it has started by SIGKILL; returns when they are gone. */
    void kill() {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        await("all are gone").atMost(LONGEST).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
