package org.smtpgate.it.client;

import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** curl with an smtp or smtps address. */
public final class Curl implements MailClient {

    @Override
    public Execution send(Submission mail) {
        return Execution.of(
                RealServers.require("curl"),
                "--silent",
                "--show-error",
                "--ssl-reqd",
                "--cacert",
                mail.authority().toString(),
                "--user",
                mail.user() + ":" + mail.password(),
                "--mail-from",
                mail.from(),
                "--mail-rcpt",
                mail.to(),
                "--upload-file",
                mail.message().toString(),
                (mail.implicitTls() ? "smtps" : "smtp") + "://127.0.0.1:" + mail.port() + "/client.example.net");
    }
}
