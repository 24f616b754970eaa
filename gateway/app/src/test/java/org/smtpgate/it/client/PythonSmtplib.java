package org.smtpgate.it.client;

import org.smtpgate.it.fixture.Execution;
import org.smtpgate.it.fixture.RealServers;

/** Python's own smtplib. */
public final class PythonSmtplib implements MailClient {

    @Override
    public Execution send(Submission mail) {
        return Execution.of(RealServers.require("python3"), "src/test/python/send.py", mail.asJson());
    }
}
