package org.smtpgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.server.DovecotLmtp;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.SmtpClient;

/** A client speaks SMTP with the gateway, and that speaks LMTP with a Dovecot. */
class RealLmtpTest {
    private static final String KNOWN = DovecotLmtp.KNOWN;
    private static final String FULL = DovecotLmtp.FULL;

    @TempDir
    static Path folder;

    private static DovecotLmtp dovecot;
    private static GatewayProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        // Dovecot's processes are not root's.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        dovecot = DovecotLmtp.withUsers(Files.createDirectory(folder.resolve("dovecot")));
        gateway = GatewaySetup.before(dovecot.port(), Files.createDirectory(folder.resolve("gateway")))
                .protocol("lmtp")
                .start();
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (dovecot != null) {
            dovecot.close();
        }
    }

    @Test
    void aMessageIsInTheMaildirWhenItIsAccepted() throws Exception {
        try (SmtpClient client = greeted()) {
            client.mail("a@example.org").rcpt(KNOWN).data();
            client.message("Subject: one\r\n\r\n..dot\r\n").expect(250);
        }
        assertThat(hasArrived("one")).isTrue();
    }

    @Test
    void anUnknownUserBesideAKnownOneIsRefusedByName() throws Exception {
        try (SmtpClient client = greeted()) {
            client.mail("a@example.org").rcpt(KNOWN);
            Answer refusal = client.send("RCPT TO:<nobody@example.org>").expect(550, "5.1.1");
            assertThat(refusal.text()).contains("nobody@example.org");
            client.data().message("Subject: two\r\n\r\nHello\r\n").expect(250);
        }
        assertThat(hasArrived("two")).isTrue();
    }

    @Test
    void aFullMailboxBesideOneWithRoomIsNamedInTheAnswerToTheMessage() throws Exception {
        try (SmtpClient client = greeted()) {
            client.mail("a@example.org").rcpt(KNOWN).rcpt(FULL).data();
            Answer refusal = client.message("Subject: three\r\n\r\nHello\r\n").expect(554, "5.2.2");
            assertThat(refusal.lines()).hasSize(2);
            assertThat(refusal.lines().get(0)).startsWith("5.2.2 <" + FULL + ">: 552 5.2.2 ");
            assertThat(refusal.lines().get(1)).isEqualTo("5.2.2 Refused for 1 of 2 recipients");
            client.mail("a@example.org").rcpt(KNOWN).data();
            client.message("Subject: four\r\n\r\nHello\r\n").expect(250);
        }
        assertThat(hasArrived("three")).isTrue();
    }

    /** In a mailbox with room; without regard to Delivered-To, which Dovecot writes for a single recipient only. */
    private static boolean hasArrived(String subject) throws IOException {
        try (Stream<Path> messages = Files.list(dovecot.mail().arrived())) {
            for (Path message : messages.toList()) {
                if (Files.readString(message).contains("Subject: " + subject + "\n")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static SmtpClient greeted() {
        SmtpClient client = SmtpClient.connect(gateway.plainPort());
        client.greet();
        return client;
    }
}
