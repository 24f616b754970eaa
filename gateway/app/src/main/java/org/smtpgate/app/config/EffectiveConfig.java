package org.smtpgate.app.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.identity.LoginPattern;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.routing.DomainPattern;
import org.smtpgate.proxy.routing.RoutingRule;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * Writes a configuration back as a file with every setting in it, defaults included, and secrets masked. A plugin's section
 * is as it was written: its defaults are the plugin's to know.
 */
public final class EffectiveConfig {
    private static final int WIDTH = 1_000;

    private EffectiveConfig() {}

    public static String yaml(GatewayConfig config) {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put(
                "listeners",
                config.listeners().stream().map(EffectiveConfig::listener).toList());
        if (!config.routes().isEmpty()) {
            root.put(
                    "routes",
                    config.routes().stream().map(EffectiveConfig::route).toList());
        }
        if (!config.backends().isEmpty()) {
            Map<String, Object> auth = new LinkedHashMap<>();
            config.backends().forEach((name, backend) -> auth.put(name, backend(backend)));
            root.put("auth", auth);
        }
        root.put("failed-logins", EffectiveLogins.failures(config.failedLogins()));
        if (!config.tokens().isEmpty()) {
            Map<String, Object> tokens = new LinkedHashMap<>();
            config.tokens().forEach((name, settings) -> tokens.put(name, EffectiveTokens.section(settings)));
            root.put("tokens", tokens);
        }
        Map<String, Object> upstreams = new LinkedHashMap<>();
        config.upstreams().forEach(upstream -> upstreams.put(upstream.settings().name(), upstream(upstream)));
        root.put("upstreams", upstreams);
        root.put("admin", config.admin().map(EffectiveConfig::admin).orElse(ordered("address", "off")));
        root.put(
                "log",
                ordered(
                        "format",
                        Names.of(config.log().format()),
                        "level",
                        Names.of(config.log().level())));
        root.put(
                "dns",
                ordered(
                        "servers",
                        config.dns().servers().stream().map(DnsReader::spell).toList(),
                        "timeout",
                        Quantities.spell(config.dns().timeout())));
        root.put("profile", Names.of(config.profile()));
        root.put("event-loops", config.eventLoops());
        root.put("drain-deadline", Quantities.spell(config.drainDeadline()));
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setWidth(WIDTH);
        return new Yaml(options).dump(escaped(root));
    }

    /** Reading it back puts variables in again, so that what looks like one is escaped. */
    private static Object escaped(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(key, escaped(item)));
            return copy;
        }
        if (value instanceof List<?> list) {
            // Each a list of its own: one that stands in two places would be printed as an alias.
            List<Object> copy = new ArrayList<>();
            list.forEach(item -> copy.add(escaped(item)));
            return copy;
        }
        return value instanceof String text ? Environment.escape(text) : value;
    }

    private static Map<String, Object> listener(GatewayConfig.Listener listener) {
        ListenerSettings settings = listener.settings();
        Map<String, Object> tls = ordered("mode", Names.of(settings.tls().mode()));
        if (settings.tls().mode() != TlsMode.NONE) {
            tls.put("required", settings.tls().required());
            GatewayConfig.ListenerTls files = listener.tls();
            tls.put("certificate", files.certificate().toString());
            tls.put("key", files.key().toString());
            tls.put("client-certificates", Names.of(files.clientCertificates()));
            if (files.clientTrust() != null) {
                tls.put("client-trust", files.clientTrust().toString());
            }
        }
        ListenerSettings.Auth auth = settings.auth();
        return ordered(
                "name", settings.name(),
                "address", new HostAndPort(settings.host(), settings.port()).toString(),
                "hostname", settings.hostname(),
                "tls", tls,
                "auth",
                        ordered(
                                "backends", new ArrayList<>(auth.backends()),
                                "mechanisms", new ArrayList<>(auth.mechanisms()),
                                "required", auth.required(),
                                "allow-without-tls", auth.allowWithoutTls(),
                                "timeout", Quantities.spell(auth.timeout())),
                "route", settings.upstream(),
                "max-sessions", settings.sessions(),
                "bare-newline", Names.of(settings.bareNewline()),
                "limits", limits(settings.limits()),
                "timeouts",
                        ordered(
                                "idle", Quantities.spell(settings.timeouts().idle()),
                                "content", Quantities.spell(settings.timeouts().content()),
                                "content-rate",
                                        Quantities.spell(settings.timeouts().contentRate()),
                                "tls", Quantities.spell(settings.timeouts().tls())),
                "closing-replies", closingReplies(settings));
    }

    private static Map<String, Object> admin(AdminSettings settings) {
        Map<String, Object> admin = ordered(
                "address", settings.address().toString(),
                "actions", Names.of(settings.actions()));
        if (!settings.authHttp().isEmpty()) {
            admin.put(
                    "auth-http",
                    settings.authHttp().stream().map(EffectiveConfig::authHttp).toList());
        }
        return admin;
    }

    private static Map<String, Object> authHttp(AuthHttpSettings settings) {
        return new EffectiveSection()
                .put("path", settings.path())
                .put("backends", settings.backends())
                .put("server", settings.server().toString())
                .put("from", Names.of(settings.from()))
                .putFile("secret-file", settings.secretFile())
                .keys();
    }

    private static Map<String, Object> limits(Limits limits) {
        return ordered(
                "command-line", limits.commandLine(),
                "auth-line", limits.authLine(),
                "recipients", limits.recipients(),
                "message", Quantities.spell(limits.message()),
                "replies-owed", limits.repliesOwed(),
                "errors", limits.errors(),
                "auth-failures", limits.authFailures(),
                "discard", Quantities.spell(limits.discard()));
    }

    private static Map<String, Object> closingReplies(ListenerSettings settings) {
        Map<String, Object> replies = new LinkedHashMap<>();
        for (Ending ending : Ending.values()) {
            replies.put(Names.of(ending), settings.closeWith221().contains(ending) ? 221 : 421);
        }
        return replies;
    }

    private static Map<String, Object> route(RoutingRule rule) {
        Map<String, Object> route = new LinkedHashMap<>();
        put(route, "listener", rule.listeners());
        put(route, "login", rule.logins().stream().map(LoginPattern::text).toList());
        if (!rule.attributes().isEmpty()) {
            route.put("attribute", new LinkedHashMap<>(rule.attributes()));
        }
        put(
                route,
                "sender-domain",
                rule.senderDomains().stream().map(DomainPattern::text).toList());
        put(
                route,
                "recipient-domain",
                rule.recipientDomains().stream().map(DomainPattern::text).toList());
        route.put("to", rule.upstream());
        return route;
    }

    private static void put(Map<String, Object> route, String condition, List<String> values) {
        if (!values.isEmpty()) {
            route.put(condition, new ArrayList<>(values));
        }
    }

    private static Map<String, Object> backend(GatewayConfig.Backend backend) {
        Map<String, Object> section = ordered("plugin", backend.plugin());
        backend.settings().forEach((key, value) -> section.put(key, Masking.setting(key, value)));
        section.put("ask", EffectiveLogins.ask(backend.rules()));
        return section;
    }

    private static Map<String, Object> upstream(GatewayConfig.Upstream upstream) {
        UpstreamSettings settings = upstream.settings();
        EffectiveSection tls = new EffectiveSection().put("mode", Names.of(settings.tlsMode()));
        if (settings.tlsMode() != TlsMode.NONE) {
            tls.put("verify", upstream.tls().verify());
        }
        tls.putFile("trust", upstream.tls().trust())
                .putFile("certificate", upstream.tls().certificate())
                .putFile("key", upstream.tls().key());
        UpstreamSettings.Pool pool = settings.pool();
        UpstreamSettings.Timeouts timeouts = settings.timeouts();
        return ordered(
                "endpoints",
                        settings.endpoints().stream()
                                .map(EffectiveConfig::endpoint)
                                .toList(),
                "balancing", Names.of(settings.balancing()),
                "health", health(settings.health()),
                "ehlo", settings.ehloName(),
                "protocol", Names.of(settings.protocol()),
                "tls", tls.keys(),
                "pooling", Names.of(settings.pooling()),
                "on-upstream-close", Names.of(settings.onUpstreamClose()),
                "failover", Names.of(settings.failover()),
                "max-connections", pool.maxConnections(),
                "min-idle", pool.minIdle(),
                "queue-length", pool.queueLength(),
                "queue-timeout", Quantities.spell(pool.queueTimeout()),
                "connect-attempts", pool.connectAttempts(),
                "idle-timeout", Quantities.spell(pool.idleTimeout()),
                "max-lifetime", Quantities.spell(pool.maxLifetime()),
                "max-transactions", pool.maxTransactions(),
                "timeouts",
                        ordered(
                                "connect", Quantities.spell(timeouts.connect()),
                                "greeting", Quantities.spell(timeouts.greeting()),
                                "command", Quantities.spell(timeouts.command()),
                                "data", Quantities.spell(timeouts.data()),
                                "content", Quantities.spell(timeouts.content()),
                                "end-of-data", Quantities.spell(timeouts.endOfData())),
                "identity", EffectiveIdentity.of(upstream),
                "introduce",
                        ordered(
                                "xclient", Names.of(settings.introduction().xclient()),
                                "xforward", settings.introduction().xforward(),
                                "proxy-protocol",
                                        Names.of(settings.introduction().proxyProtocol()),
                                "mail-auth", settings.introduction().mailAuth()),
                "trace-header", trace(settings.trace()));
    }

    private static Object trace(UpstreamSettings.Trace trace) {
        return switch (trace) {
            case NONE -> false;
            case CLIENT -> true;
            case WITH_LOGIN -> "with-login";
        };
    }

    private static Object endpoint(UpstreamSettings.Endpoint endpoint) {
        String address = endpoint.toString();
        return endpoint.weight() == 1 && endpoint.priority() == 0
                ? address
                : ordered("address", address, "weight", endpoint.weight(), "priority", endpoint.priority());
    }

    private static Map<String, Object> health(UpstreamSettings.Health health) {
        return ordered(
                "probe-interval", Quantities.spellOrOff(health.probeInterval()),
                "probe-timeout", Quantities.spell(health.probeTimeout()),
                "probe-at-start", health.probeAtStart(),
                "failures", health.failures(),
                "backoff", Quantities.spell(health.backoff()),
                "backoff-max", Quantities.spell(health.backoffMax()));
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
