package org.smtpgate.it.server;

/** A mail server that is one process in the foreground. */
record DaemonServer(int port, Maildir mail, Daemon daemon) implements MailServer {
    @Override
    public void close() {
        daemon.close();
    }
}
