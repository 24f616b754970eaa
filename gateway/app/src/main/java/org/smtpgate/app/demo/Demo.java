package org.smtpgate.app.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.smtpgate.app.service.AuthPlugins;
import org.smtpgate.app.service.Service;

/** The demonstration: a gateway with all that it needs, and one message through it. */
public final class Demo implements AutoCloseable {
    private static final String USER = "demo";
    private static final String PASSWORD = "demo-secret";

    private final PrintWriter screen;
    private final Path folder;
    private final MailFolder mail;
    private final Service service;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean stays;

    private Demo(PrintWriter screen, Path folder, MailFolder mail, Service service) {
        this.screen = screen;
        this.folder = folder;
        this.mail = mail;
        this.service = service;
    }

    /** Starts everything, or nothing; a port that is taken ends it with a message that names the port. */
    public static Demo start(PrintWriter screen, int submissionPort, int submissionsPort, int adminPort)
            throws Exception {
        Path folder = Files.createTempDirectory("smtpgate-demo-");
        MailFolder mail = new MailFolder(folder.resolve("mail"));
        try {
            SelfSigned.writeTo(folder);
            String hash = AuthPlugins.hashersByScheme().get("bcrypt").hash(PASSWORD);
            Files.writeString(folder.resolve("users.htpasswd"), USER + ":" + hash + "\n");
            String config = config(submissionPort, submissionsPort, mail.port(), adminPort);
            Service service = Service.start(Files.writeString(folder.resolve("smtpgate.yaml"), config));
            Demo demo = new Demo(screen, folder, mail, service);
            Runtime.getRuntime().addShutdownHook(new Thread(demo::interrupted, "smtpgate-demo-stop"));
            return demo;
        } catch (Exception e) {
            mail.close();
            delete(folder);
            throw e;
        }
    }

    private static String config(int submissionPort, int submissionsPort, int mailPort, int adminPort) {
        return """
                listeners:
                  - name: submission
                    address: 127.0.0.1:%d
                    hostname: localhost
                    tls: { mode: starttls, certificate: tls.crt, key: tls.key }
                    auth: { backends: [ staff ] }
                    route: mail
                  - name: submissions
                    address: 127.0.0.1:%d
                    hostname: localhost
                    tls: { mode: implicit, certificate: tls.crt, key: tls.key }
                    auth: { backends: [ staff ] }
                    route: mail
                auth:
                  staff: { plugin: htpasswd, file: users.htpasswd }
                upstreams:
                  mail: { endpoints: [ "127.0.0.1:%d" ] }
                admin: { address: 127.0.0.1:%d }
                log: { level: warn }
                drain-deadline: 2s
                """.formatted(submissionPort, submissionsPort, mailPort, adminPort);
    }

    /** Sends the message, every line of it on the screen. */
    public void show() throws IOException {
        int port = service.gateway().port("submission");
        screen.println("smtpgate is up on 127.0.0.1:" + port + ". A client sends a message through it:");
        screen.println();
        new Dialogue(screen).send(port, folder.resolve("tls.crt"), USER, PASSWORD);
        screen.println();
        screen.println("235: logged in. 250: the mail server took the message, and only then did the client hear so.");
        screen.flush();
    }

    /** Stays up until Ctrl-C, which is this command's good end. */
    public void stay() throws InterruptedException {
        stays = true;
        screen.println();
        suggest();
        screen.println("Ctrl-C ends it, and removes all of its files.");
        screen.flush();
        new CountDownLatch(1).await();
    }

    private void suggest() {
        int port = service.gateway().port("submission");
        screen.println("The message:   " + folder.resolve("mail").resolve("message-1.eml"));
        screen.println("The config:    " + folder.resolve("smtpgate.yaml"));
        screen.println();
        screen.println("Try it yourself:");
        screen.println("  swaks --server 127.0.0.1:" + port + " --tls --auth PLAIN --auth-user " + USER
                + " --auth-password " + PASSWORD + " --from alice@example.org --to bob@example.org");
        screen.println("  printf 'Subject: Hi\\r\\n\\r\\nHi\\r\\n' | curl --url smtps://localhost:"
                + service.gateway().port("submissions") + " --cacert " + folder.resolve("tls.crt") + " --user " + USER
                + ":" + PASSWORD + " --mail-from alice@example.org --mail-rcpt bob@example.org --upload-file -");
        screen.println("  curl -s http://127.0.0.1:" + service.gateway().adminPort() + "/metrics | grep ^smtpgate_");
        screen.println();
    }

    /** The JVM ends; by a signal, unless everything has been closed before. */
    private void interrupted() {
        try {
            boolean well = end();
            if (stays) {
                Runtime.getRuntime().halt(well ? 0 : 1);
            }
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    @Override
    public void close() throws IOException {
        end();
    }

    private boolean end() throws IOException {
        if (!closed.compareAndSet(false, true)) {
            return true;
        }
        boolean well = service.stop();
        mail.close();
        delete(folder);
        return well;
    }

    /** A folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
