package org.smtpgate.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.smtpgate.app.service.AuthPlugins;

/**
 * Starts a gateway as a process of its own, sends messages through it, and ends it by SIGTERM; then its JVM writes down the
 * classes that it had loaded. The launcher calls this to make the cache that later starts are faster by.
 */
public final class Training {
    private static final String USER = "training";
    private static final String PASSWORD = "training-secret";
    private static final int SESSIONS = 5;
    /** From beginning to end. */
    private static final long PATIENCE_SECONDS = 120;

    private static final int PAGE_TIMEOUT_MS = 10_000;
    private static final Pattern LISTENER = Pattern.compile("listener submission on 127\\.0\\.0\\.1:(\\d+) ");
    /** The last thing that it opens. */
    private static final Pattern ADMIN = Pattern.compile("admin HTTP on port (\\d+)");

    private final Path folder;
    private final List<String> said = new ArrayList<>();
    private int port = -1;

    private Training(Path folder) {
        this.folder = folder;
    }

    /** @param command what starts the program, without its arguments; ends with an exception when anything went wrong */
    public static void main(String[] command) throws Exception {
        Path folder = Files.createTempDirectory("smtpgate-training-");
        try (MailFolder mail = new MailFolder(folder.resolve("mail"))) {
            new Training(folder).run(List.of(command), mail.port());
        } finally {
            Demo.delete(folder);
        }
    }

    private void run(List<String> command, int mailPort) throws IOException, InterruptedException {
        SelfSigned.writeTo(folder);
        // A hash that the JDK alone can check: signed libraries stay out of the cache, and are dear to load.
        String hash = AuthPlugins.hashersByScheme().get("sha256-crypt").hash(PASSWORD);
        Files.writeString(folder.resolve("users.htpasswd"), USER + ":" + hash + "\n");
        Path config = Files.writeString(folder.resolve("smtpgate.yaml"), config(mailPort));
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("run", "--config", config.toString()));
        Process gateway = new ProcessBuilder(all).redirectErrorStream(true).start();
        Thread watchdog = new Thread(() -> killWhenLate(gateway), "smtpgate-training-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        try (BufferedReader output = gateway.inputReader()) {
            int admin = awaitPorts(output);
            for (int i = 0; i < SESSIONS; i++) {
                new Dialogue(new PrintWriter(Writer.nullWriter()))
                        .send(port, folder.resolve("tls.crt"), USER, PASSWORD);
            }
            read("http://127.0.0.1:" + admin + "/readyz");
            read("http://127.0.0.1:" + admin + "/metrics");
            // By its handle: the other way would close what it still says.
            gateway.toHandle().destroy();
            // The JVM talks while it writes, and must not be made to wait.
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                said.add(line);
            }
        } finally {
            if (!gateway.waitFor(10, TimeUnit.SECONDS)) {
                gateway.destroyForcibly();
            }
        }
        if (gateway.waitFor() != 0) {
            throw new IOException("the gateway ended with " + gateway.exitValue() + ": " + said);
        }
    }

    private static void killWhenLate(Process gateway) {
        try {
            if (!gateway.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                gateway.destroyForcibly();
            }
        } catch (InterruptedException e) {
            gateway.destroyForcibly();
        }
    }

    /** The admin port; the listener's is kept. */
    private int awaitPorts(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.add(line);
            Matcher listener = LISTENER.matcher(line);
            if (listener.find()) {
                port = Integer.parseInt(listener.group(1));
            }
            Matcher admin = ADMIN.matcher(line);
            if (admin.find() && port > 0) {
                return Integer.parseInt(admin.group(1));
            }
        }
        throw new IOException("the gateway did not start: " + said);
    }

    private static void read(String page) throws IOException {
        URLConnection connection = URI.create(page).toURL().openConnection();
        connection.setConnectTimeout(PAGE_TIMEOUT_MS);
        connection.setReadTimeout(PAGE_TIMEOUT_MS);
        try (InputStream in = connection.getInputStream()) {
            in.readAllBytes();
        }
    }

    private static String config(int mailPort) {
        return """
                listeners:
                  - name: submission
                    address: 127.0.0.1:0
                    hostname: localhost
                    tls: { mode: starttls, certificate: tls.crt, key: tls.key }
                    auth: { backends: [ staff ] }
                    route: mail
                auth:
                  staff: { plugin: htpasswd, file: users.htpasswd }
                upstreams:
                  mail: { endpoints: [ "127.0.0.1:%d" ] }
                admin: { address: "127.0.0.1:0" }
                event-loops: 1
                drain-deadline: 2s
                """.formatted(mailPort);
    }
}
