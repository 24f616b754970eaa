package org.smtpgate.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Describes a gateway with a listener of each kind, one login and one upstream. */
public final class GatewaySetup {

    /** The one login there is. */
    public static final String USER = "anna@example.org";

    public static final String PASSWORD = "Kx7-correct-horse";
    private static final String HASH = "$5$rounds=1000$smtpgateIT$DytxTn/Ptl1p9NeMGvm7f8xdNqIYtbM.OV2encN3ik1";

    private static final String CONFIG = """
            listeners:
              - name: plain
                address: 127.0.0.1:%d
                hostname: gateway.example.org
                tls: { mode: none }
                route: mail
              - name: submission
                address: 127.0.0.1:%d
                hostname: gateway.example.org
                tls: { mode: starttls, certificate: tls.crt, key: tls.key }
                auth: { backends: [ staff ], required: true }
                route: mail
              - name: submissions
                address: 127.0.0.1:%d
                hostname: gateway.example.org
                tls: { mode: implicit, certificate: tls.crt, key: tls.key }
                auth: { backends: [ staff ], required: true }
                route: mail
            auth:
              staff: { plugin: htpasswd, file: users.htpasswd }
            upstreams:
              mail:
                endpoints: [ "127.0.0.1:%d" ]
                tls: { mode: %s, trust: authority.crt }
                pooling: %s
                max-connections: %d
            admin: { address: "127.0.0.1:%d" }
            %s
            """;

    private final Path folder;
    private final int upstreamPort;
    private final List<String> jvmFlags = new ArrayList<>();
    private String upstreamTls = "none";
    private String pooling = "transaction";
    private int maxConnections = 50;
    private String more = "";

    private GatewaySetup(Path folder, int upstreamPort) {
        this.folder = folder;
        this.upstreamPort = upstreamPort;
    }

    /** A gateway before an upstream on a loopback port, which keeps its files in a folder of its own. */
    public static GatewaySetup before(int upstreamPort, Path folder) {
        return new GatewaySetup(folder, upstreamPort);
    }

    public GatewaySetup upstreamTls(String mode) {
        upstreamTls = mode;
        return this;
    }

    public GatewaySetup pooling(String mode) {
        pooling = mode;
        return this;
    }

    public GatewaySetup maxConnections(int most) {
        maxConnections = most;
        return this;
    }

    /** Options of the Java machine it runs in. */
    public GatewaySetup jvm(String... flags) {
        jvmFlags.addAll(List.of(flags));
        return this;
    }

    /** More of the configuration file. */
    public GatewaySetup config(String yaml) {
        more = yaml;
        return this;
    }

    /** Starts it as a process of its own and waits until it is ready. */
    public GatewayProcess start() {
        int plain = Ports.free();
        int starttls = Ports.free();
        int implicit = Ports.free();
        int admin = Ports.free();
        try {
            PemFiles.in(folder);
            Files.writeString(folder.resolve("users.htpasswd"), USER + ":" + HASH + "\n");
            Path config = folder.resolve("smtpgate.yaml");
            Files.writeString(
                    config,
                    CONFIG.formatted(
                            plain,
                            starttls,
                            implicit,
                            upstreamPort,
                            upstreamTls,
                            pooling,
                            maxConnections,
                            admin,
                            more));
            return new GatewayProcess(config, jvmFlags, plain, starttls, implicit, admin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
