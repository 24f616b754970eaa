package org.smtpgate.it;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The gateway as its users run it: a process of its own, known by its ports, its output and its exit code. */
public final class GatewayProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Path output;
    private final Process process;
    private final int plainPort;
    private final int starttlsPort;
    private final int implicitPort;
    private final int adminPort;

    GatewayProcess(Path config, List<String> jvmFlags, int plainPort, int starttlsPort, int implicitPort, int adminPort)
            throws IOException {
        this.plainPort = plainPort;
        this.starttlsPort = starttlsPort;
        this.implicitPort = implicitPort;
        this.adminPort = adminPort;
        this.output = config.resolveSibling("output");
        this.process = new ProcessBuilder(command(config, jvmFlags))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        awaitReady();
    }

    private static List<String> command(Path config, List<String> jvmFlags) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Dio.netty.allocator.type=pooled"));
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", productClassPath(), "org.smtpgate.app.Main"));
        command.addAll(List.of("run", "--config", config.toString()));
        return command;
    }

    /** This test's class path without the tests: their settings for logging must not reach the product. */
    private static String productClassPath() {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void awaitReady() {
        try {
            await("the gateway is ready").atMost(START).until(() -> !process.isAlive() || isReady());
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw new AssertionError("the gateway did not become ready: " + output(), e);
        }
        if (!process.isAlive()) {
            throw new AssertionError("the gateway ended with " + process.exitValue() + ": " + output());
        }
    }

    private boolean isReady() {
        try {
            return get("/readyz").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private HttpResponse<String> get(String path) {
        URI uri = URI.create("http://127.0.0.1:" + adminPort + path);
        try {
            return http.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for " + path, e);
        }
    }

    /** The listener without TLS and without AUTH. */
    public int plainPort() {
        return plainPort;
    }

    /** The listener with STARTTLS, which wants a login. */
    public int starttlsPort() {
        return starttlsPort;
    }

    /** The listener with implicit TLS, which wants a login. */
    public int implicitPort() {
        return implicitPort;
    }

    /** What it now says of itself in Prometheus' text format. */
    public String metrics() {
        return get("/metrics").body();
    }

    /** All that it has written to its standard output and error so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Sends SIGTERM, and waits for nothing. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for its end, and gives its exit code. */
    public int awaitExit(Duration longest) {
        try {
            if (process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("the gateway still runs after " + longest + ": " + output());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
