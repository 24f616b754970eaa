package org.smtpgate.it.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;

/** A Postfix that takes mail for {@code example.org} and keeps it in a maildir, or hands it to a Dovecot. */
public final class PostfixServer implements MailServer {

    private static final String SETTINGS = """
            myhostname = mx.example.org
            virtual_mailbox_domains = example.org
            smtpd_recipient_restrictions = permit_auth_destination, reject
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = %s
            smtpd_tls_key_file = %s
            """;

    private static final String KEEP_IN_MAILDIR = """
            virtual_mailbox_maps = static:inbox/
            virtual_mailbox_base = %s
            virtual_uid_maps = static:65534
            virtual_gid_maps = static:65534
            """;

    private static final String HAND_TO_LMTP = """
            virtual_transport = lmtp:inet:127.0.0.1:%d
            """;

    private static final String SERVICE = "127.0.0.1:%d inet n - n - 100 smtpd%n";
    private static final String PROXIED = """
            127.0.0.1:%d inet n - n - 100 smtpd
              -o smtpd_upstream_proxy_protocol=haproxy
              -o smtpd_upstream_proxy_timeout=10s
            """;

    private final int port;
    private final int proxiedPort = Ports.free();
    private final Path mail;
    private final PostfixInstance postfix;

    private PostfixServer(Path folder, Path mail, PemFiles pem, String delivery) {
        this.port = Ports.free();
        this.mail = mail;
        String settings = SETTINGS.formatted(pem.certificate(), pem.key()) + delivery;
        this.postfix = new PostfixInstance(folder, settings, SERVICE.formatted(port) + PROXIED.formatted(proxiedPort));
        await("smtpd listens").atMost(Duration.ofSeconds(30)).until(() -> Ports.answers(port));
    }

    /** One that delivers by itself, to be described further; the folder is its alone. */
    public static PostfixSetup in(Path folder, PemFiles pem) {
        return new PostfixSetup(folder, pem);
    }

    /** Starts one that delivers by itself; the folder is its alone. */
    public static PostfixServer delivering(Path folder, PemFiles pem) {
        return delivering(folder, pem, "");
    }

    /**
     * Likewise, with settings of its own.
     *
     * @param settings lines of main.cf
     */
    public static PostfixServer delivering(Path folder, PemFiles pem, String settings) {
        try {
            Path mail = Files.createDirectory(folder.resolve("mail"));
            Execution.of("chown", "65534:65534", mail.toString()).succeeded();
            return new PostfixServer(
                    folder, mail.resolve("inbox/new"), pem, KEEP_IN_MAILDIR.formatted(mail) + settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one that hands everything on to a Dovecot. */
    public static PostfixServer before(DovecotLmtp dovecot, Path folder, PemFiles pem) {
        return new PostfixServer(folder, dovecot.mail().arrived(), pem, HAND_TO_LMTP.formatted(dovecot.port()));
    }

    @Override
    public int port() {
        return port;
    }

    /** Where it wants a header of HAProxy's PROXY protocol, version 1 or 2, before it says a word. */
    public int proxiedPort() {
        return proxiedPort;
    }

    @Override
    public Maildir mail() {
        return new Maildir(mail);
    }

    /** Waits until it has delivered all that it took, and no client is connected. */
    public void awaitQuiet(Duration longest) {
        postfix.awaitQuiet(longest);
    }

    /** What its daemons have logged so far. */
    public String log() {
        try {
            return postfix.log();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        postfix.close();
    }
}
