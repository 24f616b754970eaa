package org.smtpgate.it.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** nodemailer, what nearly every Node.js program sends with. */
public final class Nodemailer implements MailClient {

    private static final Path SOURCE = Path.of("src/test/node");
    private static final Path INSTALLED = Path.of("target/node");

    @Override
    public Execution send(Submission mail) {
        return run(mail, "password");
    }

    /** By XOAUTH2; the password is the token. */
    Execution sendWithToken(Submission mail) {
        return run(mail, "token");
    }

    private static Execution run(Submission mail, String secret) {
        String node = RealServers.require("node");
        install();
        return Execution.of(
                node,
                SOURCE.resolve("send.mjs").toString(),
                INSTALLED.toAbsolutePath().toString(),
                mail.asJson(),
                secret);
    }

    private static synchronized void install() {
        if (Files.isDirectory(INSTALLED.resolve("node_modules/nodemailer"))) {
            return;
        }
        try {
            Files.createDirectories(INSTALLED);
            for (String file : new String[] {"package.json", "package-lock.json"}) {
                Files.copy(SOURCE.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Execution npm = Execution.of(RealServers.require("npm"), "ci", "--prefix", INSTALLED.toString());
        if (npm.exitCode() != 0) {
            RealServers.missing("nodemailer cannot be installed: " + npm.output());
        }
    }
}
