package org.smtpgate.testkit.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server's process and its children, known by their ids. */
final class ServerProcess {
    private final Path output;
    private final Process process;

    ServerProcess(List<String> command, Path output) {
        this.output = output;
        this.process = start(command, output);
    }

    /** Waits until it answers. */
    void await(BooleanSupplier answers) {
        try {
            Awaitility.await("a database that answers")
                    .atMost(DatabaseServer.PATIENCE)
                    .until(() -> !process.isAlive() || answers.getAsBoolean());
        } catch (RuntimeException hung) {
            kill();
            throw new AssertionError("no answer: " + text(output), hung);
        }
        if (!process.isAlive()) {
            throw new AssertionError("it ended with " + process.exitValue() + ": " + text(output));
        }
    }

    void kill() {
        List<ProcessHandle> all = all();
        all.forEach(ProcessHandle::destroyForcibly);
        Awaitility.await("the end of a killed database")
                .atMost(DatabaseServer.PATIENCE)
                .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    void signal(String signal) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        all().forEach(one -> command.add(Long.toString(one.pid())));
        run(command, output.resolveSibling("signal-output"));
    }

    private List<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** Runs a program to its end, and fails when it does. */
    static void run(List<String> command, Path output) {
        int code = ends(command, output);
        if (code != 0) {
            throw new AssertionError(command + " ended with " + code + ": " + text(output));
        }
    }

    /** How a program ends; one that hangs is killed. */
    static int ends(List<String> command, Path output) {
        Process process = start(command, output);
        try {
            if (!process.waitFor(DatabaseServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    private static Process start(List<String> command, Path output) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path output) {
        try {
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
