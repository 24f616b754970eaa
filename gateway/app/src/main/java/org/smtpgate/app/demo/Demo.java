package org.smtpgate.app.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private final int adminPort;

    /** Starts everything; a port that is taken ends it with a message that names the port. */
    public Demo(PrintWriter screen, int submissionPort, int submissionsPort, int adminPort) throws Exception {
        this.screen = screen;
        this.adminPort = adminPort;
        this.folder = Files.createTempDirectory("smtpgate-demo-");
        SelfSigned.writeTo(folder);
        String hash = AuthPlugins.hashersByScheme().get("bcrypt").hash(PASSWORD);
        Files.writeString(folder.resolve("users.htpasswd"), USER + ":" + hash + "\n");
        this.mail = new MailFolder(folder.resolve("mail"));
        Path config = folder.resolve("smtpgate.yaml");
        Files.writeString(config, config(submissionPort, submissionsPort, adminPort));
        this.service = start(config);
    }

    private Service start(Path config) throws Exception {
        try {
            return Service.start(config);
        } catch (Exception e) {
            mail.close();
            throw e;
        }
    }

    private String config(int submissionPort, int submissionsPort, int adminPort) {
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
                """.formatted(submissionPort, submissionsPort, mail.port(), adminPort);
    }

    /** Sends the message, and says what may be tried next. */
    public void show() throws IOException {
        int port = service.gateway().port("submission");
        screen.println("smtpgate is up on 127.0.0.1:" + port + ". A client sends a message through it:");
        screen.println();
        new Dialogue(screen).send(port, folder.resolve("tls.crt"), USER, PASSWORD);
        screen.println();
        screen.println("235: logged in. 250: the mail server took the message, and only then did the client hear so.");
        screen.println("The message:   " + folder.resolve("mail").resolve("message-1.eml"));
        screen.println("The config:    " + folder.resolve("smtpgate.yaml"));
        screen.println();
        screen.println("Try it yourself:");
        screen.println("  swaks --server 127.0.0.1:" + port + " --tls --auth PLAIN --auth-user " + USER
                + " --auth-password " + PASSWORD + " --from alice@example.org --to bob@example.org");
        screen.println("  printf 'Subject: Hi\\r\\n\\r\\nHi\\r\\n' | curl --url smtps://localhost:"
                + service.gateway().port("submissions") + " --cacert " + folder.resolve("tls.crt") + " --user " + USER
                + ":" + PASSWORD + " --mail-from alice@example.org --mail-rcpt bob@example.org --upload-file -");
        if (adminPort != 0) {
            screen.println("  curl -s http://127.0.0.1:" + adminPort + "/metrics | grep ^smtpgate_");
        }
        screen.flush();
    }

    /** Stays up until Ctrl-C. */
    public void stay() throws InterruptedException {
        screen.println();
        screen.println("Ctrl-C ends it.");
        screen.flush();
        service.runUntilSignal();
    }

    @Override
    public void close() throws IOException {
        service.stop();
        mail.close();
    }
}
