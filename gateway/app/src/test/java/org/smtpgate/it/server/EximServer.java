package org.smtpgate.it.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.fixture.RealServers;

/** An Exim that takes mail for {@code example.org}, with STARTTLS, and keeps it in a maildir. */
public final class EximServer {

    /** Debian's Exim has this user compiled in. */
    private static final String USER = "Debian-exim";

    private static final int UID = 64901;

    private static final String SETTINGS = """
            primary_hostname = exim.example.org
            spool_directory = %1$s/spool
            log_file_path = %1$s/log/%%s
            pid_file_path = %1$s/spool/pid
            keep_environment =
            exim_user = Debian-exim
            exim_group = Debian-exim
            deliver_drop_privilege = true
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = %2$d
            tls_advertise_hosts = *
            tls_certificate = %3$s
            tls_privatekey = %4$s
            message_size_limit = 0
            smtp_accept_max = 100
            host_lookup =
            domainlist local_domains = example.org
            acl_smtp_rcpt = check_recipient

            begin acl
            check_recipient:
              accept domains = +local_domains
              deny message = relay not permitted

            begin routers
            keep:
              driver = accept
              domains = +local_domains
              transport = keep

            begin transports
            keep:
              driver = appendfile
              directory = %1$s/mail
              maildir_format
              envelope_to_add
              return_path_add
            """;

    private EximServer() {}

    /** Starts one whose folder is its alone. */
    public static MailServer start(Path path, PemFiles pem) {
        int port = Ports.free();
        ServerFolder folder = ServerFolder.open(path);
        Path exim = RealServers.requireUnpacked("usr/sbin/exim4");
        Path mail = folder.folder("mail", UID);
        folder.folder("spool", UID);
        folder.folder("log", UID);
        Path key = folder.copyFor(UID, pem.key());
        Path settings = folder.write("exim.conf", SETTINGS.formatted(path, port, pem.certificate(), key));
        List<String> command = new PrivateMounts(folder)
                .user(USER, UID)
                .command(List.of(exim.toString(), "-C", settings.toString(), "-bdf", "-q1m"));
        Daemon daemon = new Daemon(folder, port, Map.of(), command);
        return new DaemonServer(port, new Maildir(mail.resolve("new")), daemon);
    }
}
