package org.smtpgate.it.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.fixture.RealServers;

/** A Redis or Valkey in the foreground that keeps nothing on disk, with a password. */
public final class RedisInstance implements AutoCloseable {
    private final int port = Ports.free();
    private final Daemon daemon;

    public RedisInstance(Path path, String password) {
        String program = RealServers.has("valkey-server") ? "valkey-server" : "redis-server";
        ServerFolder folder = ServerFolder.open(path);
        Path configuration = folder.write("redis.conf", """
                bind 127.0.0.1
                port %d
                requirepass "%s"
                save ""
                dir %s
                """.formatted(port, password, path));
        this.daemon =
                new Daemon(folder, port, Map.of(), List.of(RealServers.require(program), configuration.toString()));
    }

    public int port() {
        return port;
    }

    public void kill() {
        daemon.kill();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
