package org.smtpgate.testkit.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A server's one process, in the foreground; what it writes is kept in a file. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Path output;
    private final Process process;

    private ServerProcess(Path output, Process process) {
        this.output = output;
        this.process = process;
    }

    /**
     * Starts it, and returns when it is up.
     *
     * @param output the file for what it writes; what is in it already stays
     */
    public static ServerProcess start(List<String> command, Path output, BooleanSupplier isUp) {
        ServerProcess started;
        try {
            started = new ServerProcess(
                    output,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        started.awaitUp(command.get(0), isUp);
        return started;
    }

    private void awaitUp(String name, BooleanSupplier isUp) {
        try {
            await(name + " is up").atMost(LONGEST).until(() -> !process.isAlive() || isUp.getAsBoolean());
        } catch (RuntimeException e) {
            close();
            throw new AssertionError(name + " is not up: " + output(), e);
        }
        if (!process.isAlive()) {
            throw new AssertionError(name + " ended with " + process.exitValue() + ": " + output());
        }
    }

    /** All that it, and those before it with the same file, have written so far. */
    public String output() {
        try {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it as a crash does, with SIGKILL; returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd()) {
            process.destroyForcibly();
            awaitEnd();
        }
    }

    private boolean awaitEnd() {
        try {
            return process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
