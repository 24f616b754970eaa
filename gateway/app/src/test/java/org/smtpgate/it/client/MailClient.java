package org.smtpgate.it.client;

import org.smtpgate.it.fixture.Execution;

/** A mail program; its exit code tells whether it believes the message to be delivered. */
public interface MailClient {

    /** Sends one message and waits for the end of the session. */
    Execution send(Submission submission);
}
