package org.smtpgate.app.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Balancing;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.Health;
import org.smtpgate.proxy.upstream.UpstreamSettings.OnUpstreamClose;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.proxy.upstream.UpstreamSettings.Protocol;
import org.smtpgate.proxy.upstream.UpstreamSettings.Trace;

/** Reads one section of {@code upstreams}. */
final class UpstreamReader {
    private final String name;
    private final Section section;

    UpstreamReader(String name, Section section) {
        this.name = name;
        this.section = section;
    }

    /**
     * @param ehloName what to say in EHLO or LHLO, unless the section says otherwise
     * @param tokens the names of the token sources
     */
    GatewayConfig.Upstream read(String ehloName, Set<String> tokens) {
        List<Endpoint> endpoints = new EndpointReader(section).read();
        Balancing balancing = section.choice("balancing", Balancing.LEAST_CONNECTIONS, Names::of);
        Health health = HealthReader.read(section.section("health"));
        String ehlo = section.domain("ehlo", () -> ehloName);
        Protocol protocol = section.choice("protocol", Protocol.SMTP, Names::of);
        UpstreamTlsReader tls = new UpstreamTlsReader(section.section("tls"));
        if (tls.mode() != TlsMode.NONE
                && endpoints.stream().anyMatch(endpoint -> endpoint.kind() == Endpoint.Kind.UNIX)) {
            section.problem(
                    "endpoints", "a unix: socket has no name that a certificate could be for; set tls.mode: none");
        }
        Pooling pooling = section.choice("pooling", Pooling.TRANSACTION, Names::of);
        PoolReader pool = new PoolReader(section);
        OnUpstreamClose onUpstreamClose = section.choice("on-upstream-close", OnUpstreamClose.SAY_221, Names::of);
        Failover failover = section.choice("failover", Failover.ENVELOPE, Names::of);
        UpstreamSettings.Pool bounds = pool.read();
        UpstreamSettings.Timeouts timeouts = timeouts(section.section("timeouts"));
        IdentityReader identity = new IdentityReader(section.section("identity"));
        UpstreamSettings settings = new UpstreamSettings(
                name,
                endpoints,
                balancing,
                health,
                ehlo,
                protocol,
                tls.mode(),
                tls.options(),
                pooling,
                onUpstreamClose,
                failover,
                bounds,
                timeouts,
                identity.read(tls.mode(), tls.showsCertificate(), tokens),
                IntroduceReader.read(section.section("introduce"), pooling),
                section.value("trace-header", Trace.CLIENT, UpstreamReader::trace));
        pool.check(settings);
        section.end();
        return new GatewayConfig.Upstream(settings, tls.files(), identity.written());
    }

    private static Trace trace(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> Trace.CLIENT;
            case "false", "no", "off" -> Trace.NONE;
            case "with-login" -> Trace.WITH_LOGIN;
            default -> throw new IllegalArgumentException("must be true, false or with-login, not " + text);
        };
    }

    private static UpstreamSettings.Timeouts timeouts(Section timeouts) {
        UpstreamSettings.Timeouts usual = UpstreamSettings.Timeouts.DEFAULTS;
        UpstreamSettings.Timeouts read = new UpstreamSettings.Timeouts(
                timeouts.duration("connect", usual.connect()),
                timeouts.duration("greeting", usual.greeting()),
                timeouts.duration("command", usual.command()),
                timeouts.duration("data", usual.data()),
                timeouts.duration("content", usual.content()),
                endOfData(timeouts));
        timeouts.end();
        return read;
    }

    /** Who waits for less takes messages for lost that were accepted, and sends them twice. */
    private static Duration endOfData(Section timeouts) {
        Duration least = UpstreamSettings.Timeouts.DEFAULTS.endOfData();
        Duration given = timeouts.duration("end-of-data", least);
        if (given.compareTo(least) < 0) {
            timeouts.problem(
                    "end-of-data", "must be at least " + Quantities.spell(least) + " (RFC 5321 section 4.5.3.2.6)");
        }
        return given;
    }
}
