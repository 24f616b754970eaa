package org.smtpgate.it.server;

/** A real mail server that takes mail for {@code example.org}, and what has become of it. */
public interface MailServer extends AutoCloseable {

    /** Where it listens on loopback. */
    int port();

    /** The mail it has delivered. */
    Maildir mail();

    @Override
    void close();
}
