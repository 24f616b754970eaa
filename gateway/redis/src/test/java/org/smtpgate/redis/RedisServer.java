package org.smtpgate.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A real server in the foreground, on a port that stays its own; its password never stands on a command line. */
final class RedisServer implements AutoCloseable {
    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/bin/valkey-server"), Path.of("/usr/bin/redis-server"));

    private final Path configuration;
    private final Path output;
    private final int port;
    private final String password;
    private Process process;

    private RedisServer(Path folder, int port, String password) throws IOException {
        this.port = port;
        this.password = password;
        this.output = folder.resolve("output");
        this.configuration = Files.writeString(folder.resolve("redis.conf"), """
                bind 127.0.0.1
                port %d
                requirepass "%s"
                save ""
                dir %s
                """.formatted(port, password, folder));
    }

    static RedisServer in(Path folder, String password) throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new RedisServer(folder, probe.getLocalPort(), password);
        }
    }

    int port() {
        return port;
    }

    String password() {
        return password;
    }

    void start() throws IOException {
        Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElseGet(RedisServer::missing);
        process = new ProcessBuilder(program.toString(), configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        await("the server listens").atMost(Duration.ofSeconds(30)).until(this::answers);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            kill();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path missing() {
        String what = "neither valkey-server nor redis-server is installed";
        return "required".equals(System.getProperty("smtpgate.it")) ? Assertions.fail(what) : Assumptions.abort(what);
    }
}
