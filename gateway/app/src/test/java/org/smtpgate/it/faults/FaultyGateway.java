package org.smtpgate.it.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.GatewayProcess;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.PemFiles;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.testkit.faults.FaultPlan;
import org.smtpgate.testkit.faults.FaultProxy;
import org.smtpgate.testkit.faults.PlannedFault;

/** A gateway process with every {@link Lane}, and before the server a proxy for each that breaks connections. */
final class FaultyGateway implements AutoCloseable {

    private static final int PERCENT = 70;

    private static final String LISTENER = """
              - name: %1$s
                address: 127.0.0.1:%2$d
                hostname: gateway.example.org
                tls: { mode: starttls, certificate: tls.crt, key: tls.key }
                auth: { backends: [ staff ], required: false }
                route: %1$s
            """;

    /** Short times, so that a fault costs the run no more than seconds; the least for the end of data is fixed. */
    private static final String UPSTREAM = """
              %1$s:
                endpoints: [ "127.0.0.1:%2$d" ]
                tls: { %3$s }
                pooling: %4$s
                max-connections: 6
                max-transactions: 25
                queue-timeout: 10s
                idle-timeout: 2s
                max-lifetime: 20s
                timeouts: { connect: 2s, greeting: 2s, command: 2s, data: 2s, content: 2s }
            """;

    private static final String REST = """
            auth:
              staff: { plugin: htpasswd, file: users.htpasswd }
            event-loops: 4
            admin: { address: "127.0.0.1:%d" }
            """;

    private final Map<Lane, FaultProxy> proxies = new EnumMap<>(Lane.class);
    private final Map<Lane, Integer> ports = new EnumMap<>(Lane.class);
    private final GatewayProcess process;

    /** Starts it before a server on loopback; the folder is its alone. */
    FaultyGateway(int server, long seed, Path folder) {
        StringBuilder listeners = new StringBuilder("listeners:\n");
        StringBuilder upstreams = new StringBuilder("upstreams:\n");
        for (Lane lane : Lane.values()) {
            FaultPlan plan = new FaultPlan(seed + lane.ordinal(), lane.transport(), lane.transactions(), PERCENT);
            proxies.put(lane, new FaultProxy(server, plan::of));
            ports.put(lane, Ports.free());
            listeners.append(LISTENER.formatted(lane.label(), ports.get(lane)));
            upstreams.append(UPSTREAM.formatted(lane.label(), proxies.get(lane).port(), tls(lane), lane.pooling()));
        }
        int admin = Ports.free();
        try {
            PemFiles.in(folder);
            GatewaySetup.writeUsers(folder);
            Path config = folder.resolve("smtpgate.yaml");
            Files.writeString(config, listeners.append(upstreams).append(REST.formatted(admin)));
            process = GatewayProcess.start(config, admin);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tls(Lane lane) {
        return switch (lane.transport()) {
            case STARTTLS -> "mode: starttls, trust: authority.crt";
            default -> "mode: none";
        };
    }

    int port(Lane lane) {
        return ports.get(lane);
    }

    GatewayProcess process() {
        return process;
    }

    /** How many connections it has made to the server, over all lanes. */
    int connections() {
        return proxies.values().stream().mapToInt(FaultProxy::connections).sum();
    }

    /** Every fault that has struck one of them. */
    List<PlannedFault> inflicted() {
        List<PlannedFault> all = new ArrayList<>();
        proxies.values().forEach(proxy -> all.addAll(proxy.inflicted()));
        return all;
    }

    /** Stops the gateway, and then the proxies, so that it has all of its connections to the end. */
    @Override
    public void close() {
        process.close();
        proxies.values().forEach(FaultProxy::close);
    }
}
