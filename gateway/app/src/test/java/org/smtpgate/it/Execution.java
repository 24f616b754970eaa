package org.smtpgate.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One finished run of an outside program, with what it wrote kept for the test's verdict. */
public record Execution(int exitCode, String output) {

    private static final Path NOTHING = Path.of("/dev/null");
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Runs a program to its end, with nothing to read. */
    public static Execution of(String... command) {
        return reading(NOTHING, command);
    }

    /** Runs a program to its end with a file as its standard input; one that hangs is killed. */
    public static Execution reading(Path input, String... command) {
        try {
            Path output = Files.createTempFile("smtpgate-it", ".out");
            try {
                return run(new ProcessBuilder(List.of(command)), input.toFile(), output.toFile());
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command[0], e);
        }
    }

    private static Execution run(ProcessBuilder builder, File input, File output)
            throws IOException, InterruptedException {
        // A program that looks into its user's home would find settings no test knows of.
        builder.environment().put("HOME", "/nonexistent");
        Process process = builder.redirectInput(input)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String words = Files.readString(output.toPath(), StandardCharsets.ISO_8859_1);
        return new Execution(process.exitValue(), ended ? words : words + "\n(killed after " + PATIENCE + ")");
    }

    /** The run itself, where it ended well; else a failure that shows what the program said. */
    public Execution succeeded() {
        if (exitCode != 0) {
            throw new AssertionError("exit code " + exitCode + ": " + output);
        }
        return this;
    }
}
