package org.smtpgate.it.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;
import org.smtpgate.testkit.server.Saslauthd;

/** A saslauthd that asks PAM about one user of the system, whom it alone sees. */
public final class PamSaslauthd {
    private static final int UID = 54321;
    private static final String USER = "%s:x:%d:65534::/nonexistent:/usr/sbin/nologin%n";
    private static final String SHADOW = "%s:%s:20000:0:99999:7:::%n";

    /** Without its pause after a wrong password. */
    private static final String SERVICE = """
            auth required pam_unix.so nodelay
            account required pam_unix.so
            """;

    private PamSaslauthd() {}

    /** One that is not started yet, and keeps its files in an empty folder. */
    public static Saslauthd of(String user, String password, Path path) {
        RealServers.requireRoot("saslauthd with PAM");
        ServerFolder folder = ServerFolder.open(path);
        try {
            folder.write("system/passwd", Files.readString(Path.of("/etc/passwd")) + USER.formatted(user, UID));
            folder.write("system/shadow", SHADOW.formatted(user, hash(folder, password)));
            folder.write("system/pam.d/smtp", SERVICE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Saslauthd.in(path, "-a", "pam")
                .by(new PrivateMounts(folder)
                        .over("/etc", path.resolve("system"))
                        .command(List.of()));
    }

    private static String hash(ServerFolder folder, String password) throws IOException {
        Path secret = folder.write("secret", password);
        String hash = Execution.reading(secret, RealServers.require("openssl"), "passwd", "-6", "-stdin")
                .succeeded()
                .output()
                .strip();
        Files.delete(secret);
        return hash;
    }
}
