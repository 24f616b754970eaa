package org.smtpgate.testkit;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A server that does nothing by itself: the test takes each connection and each line from it, in its own order. */
public final class StepUpstream implements AutoCloseable {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    private final ServerSocket server;
    private Duration timeout = DEFAULT_TIMEOUT;

    public StepUpstream() {
        server = Loopback.listen();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** How long a step waits before the test fails. */
    public StepUpstream timeout(Duration longest) {
        timeout = longest;
        return this;
    }

    /** Waits for the next connection; nothing is said on it yet. */
    public StepConnection accept() {
        try {
            server.setSoTimeout(Math.toIntExact(timeout.toMillis()));
            return new StepConnection(new Wire(server.accept()), timeout);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("nobody connected in " + timeout, e);
        } catch (IOException e) {
            throw new AssertionError("while accepting", e);
        }
    }

    /** For this long nobody may connect. */
    public void expectNobody(Duration quiet) {
        try {
            server.setSoTimeout(Math.toIntExact(quiet.toMillis()));
            server.accept().close();
        } catch (SocketTimeoutException e) {
            return;
        } catch (IOException e) {
            throw new AssertionError("while waiting for nobody", e);
        }
        throw new AssertionError("somebody connected");
    }

    @Override
    public void close() {
        Loopback.close(server);
    }
}
