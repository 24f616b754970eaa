package org.smtpgate.app.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.smtpgate.app.config.GatewayConfig.LogFormat;
import org.smtpgate.app.config.GatewayConfig.LogLevel;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Reads a configuration file. All of its mistakes are found at once; nothing is opened but the files it names. */
public final class ConfigFile {
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

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
        root = new Section(new Section.Reading(problems, new Environment(variables)), "", 1, parse());
        List<GatewayConfig.Listener> listeners = listeners();
        Map<String, GatewayConfig.Backend> backends = backends();
        List<GatewayConfig.Upstream> upstreams = upstreams(listeners);
        Optional<HostAndPort> admin = admin();
        GatewayConfig.Log log = log();
        int eventLoops =
                root.number("event-loops", Math.max(1, Runtime.getRuntime().availableProcessors()), 1, 1_024);
        Duration drain = root.duration("drain-deadline", DEFAULT_DRAIN);
        root.end();
        checkReferences(listeners, backends, upstreams);
        return new GatewayConfig(listeners, backends, upstreams, admin, log, eventLoops, drain);
    }

    private MappingNode parse() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(1 << 20);
        try (Reader reader = Files.newBufferedReader(file)) {
            Node node = new Yaml(new SafeConstructor(options)).compose(reader);
            if (node instanceof MappingNode map) {
                return map;
            }
            problems.add(1, "", "the file is empty or has no keys; see smtpgate check --help for an example");
        } catch (NoSuchFileException e) {
            problems.add(1, "", "no such file: " + file);
        } catch (IOException e) {
            problems.add(1, "", "cannot read the file: " + e.getMessage());
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            problems.add(line, "", "not valid YAML: " + e.getProblem());
        }
        problems.throwIfAny();
        throw new IllegalStateException("unreachable: a problem was noted");
    }

    private List<GatewayConfig.Listener> listeners() {
        List<GatewayConfig.Listener> listeners = new ArrayList<>();
        root.require("listeners");
        for (Section section : root.sections("listeners")) {
            listeners.add(new ListenerReader(section, folder).read());
        }
        if (listeners.isEmpty() && root.has("listeners")) {
            root.problem("listeners", "needs at least one listener");
        }
        return listeners;
    }

    private Map<String, GatewayConfig.Backend> backends() {
        Map<String, GatewayConfig.Backend> backends = new LinkedHashMap<>();
        Section auth = root.section("auth");
        for (String name : auth.keys()) {
            Section section = auth.section(name);
            String plugin = section.requiredText("plugin");
            backends.put(name, new GatewayConfig.Backend(plugin, section.everythingBut("plugin")));
        }
        return backends;
    }

    private List<GatewayConfig.Upstream> upstreams(List<GatewayConfig.Listener> listeners) {
        List<GatewayConfig.Upstream> upstreams = new ArrayList<>();
        root.require("upstreams");
        Section section = root.section("upstreams");
        String ehloName =
                listeners.isEmpty() ? "localhost" : listeners.get(0).settings().hostname();
        for (String name : section.keys()) {
            upstreams.add(new UpstreamReader(name, section.section(name), folder).read(ehloName));
        }
        return upstreams;
    }

    private Optional<HostAndPort> admin() {
        Section admin = root.section("admin");
        HostAndPort address = admin.address("address", null);
        admin.end();
        return Optional.ofNullable(address);
    }

    private GatewayConfig.Log log() {
        Section log = root.section("log");
        LogFormat format = log.choice("format", LogFormat.TEXT, Names::of);
        LogLevel level = log.choice("level", LogLevel.INFO, Names::of);
        log.end();
        return new GatewayConfig.Log(format, level);
    }

    private void checkReferences(
            List<GatewayConfig.Listener> listeners,
            Map<String, GatewayConfig.Backend> backends,
            List<GatewayConfig.Upstream> upstreams) {
        List<String> upstreamNames =
                upstreams.stream().map(upstream -> upstream.settings().name()).toList();
        List<Section> sections = root.sections("listeners");
        Map<String, Integer> names = new HashMap<>();
        Map<String, Integer> addresses = new HashMap<>();
        for (int i = 0; i < listeners.size(); i++) {
            Section section = sections.get(i);
            var settings = listeners.get(i).settings();
            String route = settings.upstream();
            if (!route.isEmpty() && !upstreamNames.contains(route)) {
                section.problem("route", "there is no upstream " + route + "; there are " + upstreamNames);
            }
            for (String backend : settings.auth().backends()) {
                if (!backends.containsKey(backend)) {
                    section.section("auth")
                            .problem("backends", "there is no backend " + backend + "; there are " + backends.keySet());
                }
            }
            if (names.putIfAbsent(settings.name(), i) != null) {
                section.problem("name", "another listener has the name " + settings.name());
            }
            String address = new HostAndPort(settings.host(), settings.port()).toString();
            if (settings.port() != 0 && addresses.putIfAbsent(address, i) != null) {
                section.problem("address", "another listener has the address " + address);
            }
        }
    }
}
