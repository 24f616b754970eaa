package org.smtpgate.it.client;

import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** swaks, the postmaster's test tool; left to itself it would add a line's end to the message. */
public final class Swaks implements MailClient {

    @Override
    public Execution send(Submission mail) {
        return sendFrom("127.0.0.1", mail);
    }

    /** From an address of this machine. */
    public Execution sendFrom(String address, Submission mail) {
        return send(address, "LOGIN", mail);
    }

    /** Logged in by another mechanism than LOGIN. */
    Execution by(String mechanism, Submission mail) {
        return send("127.0.0.1", mechanism, mail);
    }

    private static Execution send(String address, String mechanism, Submission mail) {
        return Execution.of(
                RealServers.require("swaks"),
                "--server",
                "127.0.0.1:" + mail.port(),
                "--local-interface",
                address,
                mail.implicitTls() ? "--tls-on-connect" : "--tls",
                "--tls-verify",
                "--tls-ca-path",
                mail.authority().toString(),
                "--auth",
                mechanism,
                "--auth-user",
                mail.user(),
                "--auth-password",
                mail.password(),
                "--from",
                mail.from(),
                "--to",
                mail.to(),
                "--data",
                "@" + mail.asTyped(),
                "--no-data-fixup",
                "--suppress-data");
    }
}
