package org.smtpgate.auth.dovecot;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.smtpgate.testkit.Loopback;

/** A Dovecot that serves no mail: its auth process alone, on a UNIX socket and on a port. */
final class RealDovecot implements AutoCloseable {
    static final String MASTER = "boss";
    static final String MASTER_PASSWORD = "Wm9-paper-clip";
    static final String CERTIFIED = "cert@example.org";
    static final String TOKEN = "live-Token-4711";

    /** One that the token's issuer cannot tell anything of. */
    static final String TROUBLE = "trouble";

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final String SETTINGS = """
            base_dir = %1$s/run
            state_dir = %1$s/state
            log_path = %1$s/log
            listen = 127.0.0.1
            ssl = no
            protocols =
            auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 external anonymous xoauth2 oauthbearer
            auth_ssl_username_from_cert = yes
            auth_username_chars =
            auth_failure_delay = 0
            passdb {
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = %1$s/oauth2.conf
            }
            passdb {
              driver = passwd-file
              master = yes
              result_success = continue
              args = %1$s/masters
            }
            passdb {
              driver = passwd-file
              mechanisms = external
              args = %1$s/certified
            }
            passdb {
              driver = passwd-file
              args = %1$s/users
            }
            userdb {
              driver = static
              args = uid=65534 gid=65534 home=%1$s
            }
            service auth {
              unix_listener %1$s/auth-client {
                mode = 0600
              }
              inet_listener {
                address = 127.0.0.1
                port = %2$d
              }
            }
            """;

    private static final String INTROSPECTION = """
            introspection_mode = post
            introspection_url = http://127.0.0.1:%d/introspect
            username_attribute = sub
            active_attribute = active
            active_value = true
            """;

    private final Path folder;
    private final int port;
    private final HttpServer introspection;
    private Process process;

    /**
     * Starts one.
     *
     * @param folder its own
     * @param users lines of a passwd-file
     */
    RealDovecot(Path folder, String... users) {
        if (!Files.isExecutable(Path.of("/usr/sbin/dovecot"))) {
            missing("dovecot is not installed");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            missing("dovecot can only be started by root");
        }
        this.folder = folder;
        this.port = freePort();
        this.introspection = introspection();
        try {
            // Its processes drop their rights.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            write("users", String.join("\n", users));
            write("masters", MASTER + ":{PLAIN}" + MASTER_PASSWORD);
            write("certified", CERTIFIED + "::::::: nopassword=y");
            write(
                    "oauth2.conf",
                    INTROSPECTION.formatted(introspection.getAddress().getPort()));
            write("dovecot.conf", SETTINGS.formatted(folder, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    int port() {
        return port;
    }

    Path socket() {
        return folder.resolve("auth-client");
    }

    /** Starts it, and returns when both doors are open. */
    void start() {
        try {
            process = new ProcessBuilder(
                            "/usr/sbin/dovecot",
                            "-F",
                            "-c",
                            folder.resolve("dovecot.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("dovecot listens").atMost(LONGEST).until(() -> !process.isAlive() || listens());
        if (!process.isAlive()) {
            throw new AssertionError("dovecot ended: " + told());
        }
    }

    /** All of it at once, as a crash of the machine does. */
    void kill() {
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        await("dovecot is gone").atMost(LONGEST).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Its log and what it said before it had one. */
    String told() {
        try {
            String output = Files.readString(folder.resolve("output"), StandardCharsets.ISO_8859_1);
            Path log = folder.resolve("log");
            return Files.exists(log) ? output + Files.readString(log, StandardCharsets.ISO_8859_1) : output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        introspection.stop(0);
    }

    private boolean listens() {
        try (Socket tcp = new Socket();
                SocketChannel unix = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            tcp.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return unix.connect(UnixDomainSocketAddress.of(socket()));
        } catch (IOException e) {
            return false;
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text + "\n");
    }

    /** Says of one token that it is alive, and whose it is (RFC 7662). */
    private static HttpServer introspection() {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/introspect", exchange -> {
                String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
                String answer = form.contains(TOKEN) ? "{\"active\":true,\"sub\":\"alice\"}" : "{\"active\":false}";
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(form.contains(TROUBLE) ? 500 : 200, answer.length());
                exchange.getResponseBody().write(answer.getBytes(StandardCharsets.US_ASCII));
                exchange.close();
            });
            http.start();
            return http;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Free a moment ago; Dovecot cannot choose one itself. */
    private static int freePort() {
        var socket = Loopback.listen();
        Loopback.close(socket);
        return socket.getLocalPort();
    }

    private static void missing(String what) {
        if ("required".equals(System.getProperty("smtpgate.it"))) {
            Assertions.fail(what);
        }
        Assumptions.abort(what);
    }
}
