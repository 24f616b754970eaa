package org.smtpgate.it.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.RealServers;

/** A script of Python's that listens on a port. */
public final class PythonServer implements AutoCloseable {
    private final Daemon daemon;

    /** Starts it, with the port as its only argument. */
    public PythonServer(Path path, int port, String script) {
        ServerFolder folder = ServerFolder.open(path);
        Path file = folder.write("server.py", script);
        List<String> command = List.of(RealServers.require("python3"), file.toString(), Integer.toString(port));
        this.daemon = new Daemon(folder, port, Map.of(), command);
    }

    /** Ends it as a crash does, and waits until it is gone. */
    public void kill() {
        daemon.kill();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
