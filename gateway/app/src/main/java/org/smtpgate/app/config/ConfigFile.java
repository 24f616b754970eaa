package org.smtpgate.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.smtpgate.app.config.AdminSettings.ActionsFrom;
import org.smtpgate.app.config.GatewayConfig.LogFormat;
import org.smtpgate.app.config.GatewayConfig.LogLevel;
import org.smtpgate.app.config.GatewayConfig.Profile;
import org.smtpgate.proxy.dns.DnsSettings;
import org.smtpgate.proxy.routing.RoutingRule;

/** Reads a configuration file. All of its mistakes are found at once; nothing is opened but the files it names. */
public final class ConfigFile {
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);
    private static final HostAndPort DEFAULT_ADMIN = new HostAndPort("127.0.0.1", 9587);

    private final Path file;
    private final Path folder;
    private final Problems problems;
    private final UnaryOperator<String> variables;
    private Section root;

    private ConfigFile(Path file, UnaryOperator<String> variables) {
        this.file = file.toAbsolutePath();
        this.folder = this.file.getParent();
        this.problems = new Problems(this.file);
        this.variables = variables;
    }

    /** A file that has been read, for those who find more mistakes in it than reading can. */
    public static final class Opened {
        private final ConfigFile file;
        private final GatewayConfig config;

        private Opened(ConfigFile file, GatewayConfig config) {
            this.file = file;
            this.config = config;
        }

        public GatewayConfig config() {
            return config;
        }

        public Path folder() {
            return file.folder;
        }

        /** Notes a mistake in the section of a backend; {@code key} is empty for the section as a whole. */
        public void backendProblem(String backend, String key, String message) {
            file.root.section("auth").section(backend).problem(key, message);
        }

        /** Notes a mistake in the {@code auth} section of a listener, which is counted from 0. */
        public void listenerAuthProblem(int listener, String key, String message) {
            file.root.sections("listeners").get(listener).section("auth").problem(key, message);
        }

        /** What is no mistake, but should be looked at; each with file, line and key. */
        public List<String> warnings() {
            return file.problems.warnings();
        }

        /** @throws ConfigException with every mistake that was noted */
        public void check() {
            file.problems.throwIfAny();
        }
    }

    /**
     * Reads the file. Its mistakes are noted, for {@link Opened#check()} to throw.
     *
     * @param variables the environment; gives null for what is not set
     * @throws ConfigException when the file cannot be read, or is not YAML
     */
    public static Opened open(Path file, UnaryOperator<String> variables) {
        ConfigFile opened = new ConfigFile(file, variables);
        return new Opened(opened, opened.read());
    }

    private GatewayConfig read() {
        Section.Reading reading = new Section.Reading(problems, new Environment(variables), folder);
        root = Section.root(reading, YamlFile.read(file, problems));
        List<GatewayConfig.Listener> listeners = listeners();
        List<RoutingRule> routes = routes();
        Map<String, GatewayConfig.Backend> backends = backends();
        FailedLogins failedLogins = FailedLoginsReader.read(root.section("failed-logins"));
        Map<String, TokenSettings> tokens = TokensReader.readAll(root.section("tokens"));
        List<GatewayConfig.Upstream> upstreams =
                upstreams(listeners, root.section("tokens").keys());
        Optional<AdminSettings> admin = admin(root.section("auth").isMistaken() ? null : backends);
        GatewayConfig.Log log = log();
        Profile profile = root.choice("profile", Profile.SERVER, Names::of);
        int eventLoops = root.number("event-loops", eventLoops(profile), 1, 1_024);
        DnsSettings dns = DnsReader.read(root.section("dns"));
        Duration drain = root.duration("drain-deadline", DEFAULT_DRAIN);
        root.end();
        Set<String> upstreamNames = new LinkedHashSet<>();
        upstreams.forEach(upstream -> upstreamNames.add(upstream.settings().name()));
        new References(root, listeners).check(backends.keySet(), upstreamNames, admin.map(AdminSettings::address));
        new RouteReferences(root, routes, listeners).check(upstreamNames);
        new LoginReferences(root, listeners, routes, upstreams).check();
        new UpstreamJudges(root, listeners, routes, backends, upstreams).check();
        return new GatewayConfig(
                listeners,
                routes,
                backends,
                failedLogins,
                tokens,
                upstreams,
                admin,
                log,
                profile,
                eventLoops,
                drain,
                dns);
    }

    private static int eventLoops(Profile profile) {
        return profile == Profile.SIDECAR ? 1 : Math.max(1, Runtime.getRuntime().availableProcessors());
    }

    private List<GatewayConfig.Listener> listeners() {
        List<GatewayConfig.Listener> listeners = new ArrayList<>();
        root.require("listeners", "[ { name: submission, address: \"0.0.0.0:587\", route: legacy } ]");
        for (Section section : root.sections("listeners")) {
            listeners.add(new ListenerReader(section).read());
        }
        if (root.isEmptyList("listeners")) {
            root.problem("listeners", "needs at least one listener");
        }
        return listeners;
    }

    private List<RoutingRule> routes() {
        List<RoutingRule> routes = new ArrayList<>();
        for (Section section : root.sections("routes")) {
            routes.add(new RouteReader(section).read());
        }
        return routes;
    }

    private Map<String, GatewayConfig.Backend> backends() {
        Map<String, GatewayConfig.Backend> backends = new LinkedHashMap<>();
        Section auth = root.section("auth");
        for (String name : auth.keys()) {
            backends.put(name, BackendReader.read(auth.section(name)));
        }
        return backends;
    }

    private List<GatewayConfig.Upstream> upstreams(List<GatewayConfig.Listener> listeners, Set<String> tokens) {
        List<GatewayConfig.Upstream> upstreams = new ArrayList<>();
        root.require("upstreams", "{ legacy: { endpoints: [ \"10.0.0.5:25\" ] } }");
        Section section = root.section("upstreams");
        String ehloName =
                listeners.isEmpty() ? "localhost" : listeners.get(0).settings().hostname();
        for (String name : section.keys()) {
            upstreams.add(new UpstreamReader(name, section.section(name)).read(ehloName, tokens));
        }
        return upstreams;
    }

    private Optional<AdminSettings> admin(Map<String, GatewayConfig.Backend> backends) {
        Section admin = root.section("admin");
        Optional<HostAndPort> address = admin.value(
                "address",
                Optional.of(DEFAULT_ADMIN),
                text -> text.equals("off") ? Optional.empty() : Optional.of(HostAndPort.parse(text)));
        ActionsFrom actions = admin.choice("actions", ActionsFrom.LOOPBACK, Names::of);
        List<AuthHttpSettings> authHttp = AuthHttpReader.readAll(admin, backends);
        for (String idle : List.of("actions", "auth-http")) {
            if (address.isEmpty() && admin.count(idle) > 0) {
                admin.problem(idle, "has no effect with address: off");
            }
        }
        admin.end();
        return address.map(bound -> new AdminSettings(bound, actions, authHttp));
    }

    private GatewayConfig.Log log() {
        Section log = root.section("log");
        LogFormat format = log.choice("format", LogFormat.TEXT, Names::of);
        LogLevel level = log.choice("level", LogLevel.INFO, Names::of);
        log.end();
        return new GatewayConfig.Log(format, level);
    }
}
