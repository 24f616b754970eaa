package org.smtpgate.it.client;

import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** msmtp, which stands in for sendmail on small machines. */
public final class Msmtp implements MailClient {

    @Override
    public Execution send(Submission mail) {
        return Execution.reading(
                mail.asLocalText(),
                RealServers.require("msmtp"),
                "--file=/dev/null",
                "--host=127.0.0.1",
                "--port=" + mail.port(),
                "--tls=on",
                "--tls-starttls=" + (mail.implicitTls() ? "off" : "on"),
                "--tls-trust-file=" + mail.authority(),
                "--auth=plain",
                "--user=" + mail.user(),
                "--passwordeval=printf %s " + mail.password(),
                "--from=" + mail.from(),
                "--",
                mail.to());
    }
}
