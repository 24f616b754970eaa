package org.smtpgate.it.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** s-nail, the mailx of today; it resends the message from a mailbox, since all else it would compose anew. */
public final class Snail implements MailClient {

    @Override
    public Execution send(Submission mail) {
        String scheme = mail.implicitTls() ? "smtps" : "smtp";
        String user = URLEncoder.encode(mail.user(), StandardCharsets.UTF_8);
        String mta = "%s://%s:%s@localhost:%d".formatted(scheme, user, mail.password(), mail.port());
        return Execution.reading(
                commands(mail),
                RealServers.require("s-nail"),
                "-#",
                "-:/",
                "-Sv15-compat",
                "-Serrexit",
                "-SDEAD=/dev/null",
                "-Smta=" + mta,
                mail.implicitTls() ? "-Snosmtp-use-starttls" : "-Ssmtp-use-starttls",
                "-Ssmtp-auth=plain",
                "-Stls-ca-file=" + mail.authority(),
                "-Stls-ca-no-defaults",
                "-Stls-verify=strict",
                "-Ssendwait",
                "-Sfrom=" + mail.from(),
                "-Shostname=client.example.net",
                "-f",
                mailbox(mail).toString());
    }

    private static Path mailbox(Submission mail) {
        try {
            byte[] message = Files.readAllBytes(mail.asLocalText());
            Path mailbox = Path.of(mail.message() + ".mbox");
            Files.writeString(mailbox, "From sender@example.net Tue Nov 24 06:00:00 2026\n");
            Files.write(mailbox, message, StandardOpenOption.APPEND);
            return Files.writeString(mailbox, "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path commands(Submission mail) {
        try {
            return Files.writeString(Path.of(mail.message() + ".commands"), "Resend 1 " + mail.to() + "\nexit\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
