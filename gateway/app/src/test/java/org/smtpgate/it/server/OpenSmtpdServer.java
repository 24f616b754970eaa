package org.smtpgate.it.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.fixture.RealServers;

/**
 * An OpenSMTPD that takes mail for {@code example.org} in the clear, and keeps it in a maildir. Debian 12's has no TLS that
 * works: its keys are in a process of their own, which the OpenSSL it is built with does not ask.
 */
public final class OpenSmtpdServer {

    private static final String SETTINGS = """
            table mailboxes { "@example.org" = "nobody" }
            smtp max-message-size "1G"
            listen on 127.0.0.1 port %2$d hostname opensmtpd.example.org
            action keep maildir "%1$s" virtual <mailboxes>
            match from any for domain "example.org" action keep
            """;

    private OpenSmtpdServer() {}

    /** Starts one whose folder is its alone. */
    public static MailServer start(Path path) {
        int port = Ports.free();
        ServerFolder folder = ServerFolder.open(path);
        Path smtpd = RealServers.requireUnpacked("usr/sbin/smtpd");
        Path mail = folder.folder("mail", ServerFolder.NOBODY);
        Path settings = folder.write("smtpd.conf", SETTINGS.formatted(mail, port));
        List<String> command = new PrivateMounts(folder)
                .user("opensmtpd", 64902)
                .user("opensmtpq", 64903)
                .empty("/var/lib", "opensmtpd/empty")
                .empty("/var/spool", "smtpd")
                .empty("/run")
                .over("/usr/libexec", RealServers.requireUnpacked("usr/libexec"))
                .command(List.of(smtpd.toString(), "-d", "-f", settings.toString()));
        Daemon daemon = new Daemon(folder, port, Map.of(), command);
        return new DaemonServer(port, new Maildir(mail.resolve("new")), daemon);
    }
}
