package org.smtpgate.it.client;

import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** swaks, the postmaster's test tool; left to itself it would add a line's end to the message. */
public final class Swaks implements MailClient {

    @Override
    public Execution send(Submission mail) {
        return Execution.of(
                RealServers.require("swaks"),
                "--server",
                "127.0.0.1:" + mail.port(),
                mail.implicitTls() ? "--tls-on-connect" : "--tls",
                "--tls-verify",
                "--tls-ca-path",
                mail.authority().toString(),
                "--auth",
                "LOGIN",
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
