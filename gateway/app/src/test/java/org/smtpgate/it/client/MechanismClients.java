package org.smtpgate.it.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.RealServers;

/** Mail programs that log in by the mechanism they are told; all but gsasl then send a message. */
public final class MechanismClients {
    private MechanismClients() {}

    /** Logs in by one mechanism. */
    public interface Client {
        /** The password may be a token. */
        Execution send(Submission submission, String mechanism);
    }

    /** GNU SASL's own client, with channel binding where the mechanism has it. */
    public static Execution gsasl(Submission mail, String mechanism) {
        String gsasl = RealServers.require("gsasl");
        try (GreetedDoor door = new GreetedDoor(mail.port())) {
            return gsasl(gsasl, door.port(), mail, mechanism);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Execution gsasl(String program, int port, Submission mail, String mechanism) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--smtp",
                "--connect=localhost:" + port,
                "--starttls",
                "--x509-ca-file=" + mail.authority(),
                "--mechanism=" + mechanism,
                "--password=" + mail.password()));
        command.addAll(identity(mail.user(), mechanism));
        if (!mechanism.endsWith("-PLUS")) {
            command.add("--no-cb");
        }
        return Execution.of(command.toArray(String[]::new));
    }

    /** DIGEST-MD5 has the domain apart, as a realm (RFC 2831), and would encrypt the session if it were let. */
    private static List<String> identity(String user, String mechanism) {
        int at = user.indexOf('@');
        return mechanism.equals("DIGEST-MD5")
                ? List.of(
                        "--authentication-id=" + user.substring(0, at),
                        "--realm=" + user.substring(at + 1),
                        "--quality-of-protection=qop-auth")
                : List.of("--authentication-id=" + user);
    }

    /** With a password. */
    public static Execution curl(Submission mail, String mechanism) {
        return curl(mail, mechanism, List.of("--user", mail.user() + ":" + mail.password()));
    }

    /** The password is a token. */
    public static Execution curlWithToken(Submission mail, String mechanism) {
        return curl(mail, mechanism, List.of("--user", mail.user() + ":", "--oauth2-bearer", mail.password()));
    }

    /** As whom the certificate says. */
    public static Execution curlWithCertificate(Submission mail, PemFiles client) {
        return curl(
                mail,
                "EXTERNAL",
                List.of(
                        "--cert",
                        client.certificate().toString(),
                        "--key",
                        client.key().toString(),
                        "--user",
                        mail.user() + ":"));
    }

    private static Execution curl(Submission mail, String mechanism, List<String> login) {
        List<String> command = new ArrayList<>(List.of(
                RealServers.require("curl"),
                "--silent",
                "--show-error",
                "--ssl-reqd",
                "--cacert",
                mail.authority().toString(),
                "--login-options",
                "AUTH=" + mechanism,
                "--mail-from",
                mail.from(),
                "--mail-rcpt",
                mail.to(),
                "--upload-file",
                mail.message().toString(),
                (mail.implicitTls() ? "smtps" : "smtp") + "://127.0.0.1:" + mail.port() + "/client.example.net"));
        command.addAll(login);
        return Execution.of(command.toArray(String[]::new));
    }

    public static Execution swaks(Submission mail, String mechanism) {
        return new Swaks().by(mechanism, mail);
    }

    public static Execution smtplib(Submission mail, String mechanism) {
        return Execution.of(RealServers.require("python3"), "src/test/python/login.py", mail.asJson(), mechanism);
    }

    /** By XOAUTH2 alone; the password is the token. */
    public static Execution nodemailerWithToken(Submission mail, String mechanism) {
        if (!mechanism.equals("XOAUTH2")) {
            throw new IllegalArgumentException("nodemailer sends no tokens by " + mechanism);
        }
        return new Nodemailer().sendWithToken(mail);
    }

    public static Execution angusMail(Submission mail, String mechanism) {
        return new AngusMail().by(mechanism, mail);
    }

    /** Logs in as whom the certificate says, by a line typed; nothing is sent. */
    public static Execution openssl(Submission mail, PemFiles client, Path dialogue) {
        return Execution.reading(
                dialogue,
                RealServers.require("openssl"),
                "s_client",
                "-quiet",
                "-crlf",
                "-connect",
                "127.0.0.1:" + mail.port(),
                "-CAfile",
                mail.authority().toString(),
                "-verify_return_error",
                "-cert",
                client.certificate().toString(),
                "-key",
                client.key().toString());
    }
}
