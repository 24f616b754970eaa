package org.smtpgate.it.server;

import java.nio.file.Path;
import org.smtpgate.it.fixture.Ports;

/** A Dovecot that takes mail over LMTP, for any recipient or for two that it knows, and keeps it in a maildir. */
public final class DovecotLmtp implements MailServer {
    /** A user of {@link #withUsers}. */
    public static final String KNOWN = "known@example.org";

    /** A user of {@link #withUsers} whose mailbox has no room for a message. */
    public static final String FULL = "full@example.org";

    private static final String SETTINGS = """
            protocols = lmtp
            passdb {
              driver = static
              args = nopassword=y
            }
            service lmtp {
              inet_listener lmtp {
                address = 127.0.0.1
                port = %d
              }
            }
            """;

    private static final String USERS = """
            userdb {
              driver = passwd-file
              args = %1$s/users
            }
            protocol lmtp {
              mail_plugins = quota
            }
            plugin {
              quota = maildir:User quota
            }
            """;

    private static final String ENTRIES = """
            known@example.org::65534:65534::%1$s/mail::
            full@example.org::65534:65534::%1$s/mail/full::userdb_mail=maildir:%1$s/mail/full userdb_quota_rule=*:bytes=10
            """;

    private final int port = Ports.free();
    private final DovecotInstance dovecot;

    /** Starts one that takes mail for anybody; the folder is its alone. */
    public DovecotLmtp(Path folder) {
        this(folder, DovecotInstance.ANYBODY.formatted(folder.resolve("mail")));
    }

    /** Starts one that knows {@link #KNOWN} and {@link #FULL}, and nobody else; the folder is its alone. */
    public static DovecotLmtp withUsers(Path folder) {
        ServerFolder.open(folder).write("users", ENTRIES.formatted(folder));
        return new DovecotLmtp(folder, USERS.formatted(folder));
    }

    private DovecotLmtp(Path folder, String users) {
        this.dovecot = new DovecotInstance(folder, "lmtp", port, SETTINGS.formatted(port) + users);
    }

    @Override
    public int port() {
        return port;
    }

    /** What it has delivered, but for that of {@link #FULL}. */
    @Override
    public Maildir mail() {
        return new Maildir(dovecot.mail().resolve("new"));
    }

    @Override
    public void close() {
        dovecot.close();
    }
}
