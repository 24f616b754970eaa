package org.smtpgate.app.config;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.OnUpstreamClose;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;

/** Reads one section of {@code upstreams}. */
final class UpstreamReader {
    private final String name;
    private final Section section;
    private final Path folder;
    private Path trust;
    private boolean verify;

    UpstreamReader(String name, Section section, Path folder) {
        this.name = name;
        this.section = section;
        this.folder = folder;
    }

    /** @param ehloName what to say in EHLO, unless the section says otherwise */
    GatewayConfig.Upstream read(String ehloName) {
        Section tls = section.section("tls");
        TlsMode mode = tls.choice("mode", TlsMode.NONE, Names::of);
        ClientSSLOptions options = tls(tls, mode);
        Pooling pooling = section.choice("pooling", Pooling.TRANSACTION, Names::of);
        UpstreamSettings settings = new UpstreamSettings(
                name,
                endpoints(),
                section.text("ehlo", ehloName),
                mode,
                options,
                pooling,
                section.choice("on-upstream-close", OnUpstreamClose.SAY_221, Names::of),
                pool(),
                timeouts(section.section("timeouts")));
        section.end();
        return new GatewayConfig.Upstream(settings, trust, verify);
    }

    private List<Endpoint> endpoints() {
        section.require("endpoints");
        List<Endpoint> endpoints = new ArrayList<>();
        for (String text : section.texts("endpoints")) {
            try {
                HostAndPort address = HostAndPort.parse(text);
                endpoints.add(new Endpoint(address.host(), address.port()));
            } catch (IllegalArgumentException e) {
                section.problem("endpoints", e.getMessage());
            }
        }
        if (endpoints.isEmpty() && section.has("endpoints")) {
            section.problem("endpoints", "needs at least one host:port");
        }
        return endpoints;
    }

    private ClientSSLOptions tls(Section tls, TlsMode mode) {
        verify = tls.flag("verify", true);
        String trustFile = tls.text("trust", "");
        tls.end();
        if (mode == TlsMode.NONE) {
            return null;
        }
        ClientSSLOptions options =
                new ClientSSLOptions().setTrustAll(!verify).setHostnameVerificationAlgorithm(verify ? "HTTPS" : "");
        options.setEnabledSecureTransportProtocols(TlsProtocols.ALLOWED);
        if (!trustFile.isEmpty()) {
            trust = folder.resolve(trustFile).normalize();
            try {
                options.setTrustOptions(new PemTrustOptions().addCertValue(PemFiles.certificates(trust)));
            } catch (IllegalArgumentException e) {
                tls.problem("trust", e.getMessage());
            }
        }
        return options;
    }

    private UpstreamSettings.Pool pool() {
        UpstreamSettings.Pool usual = UpstreamSettings.Pool.DEFAULTS;
        return new UpstreamSettings.Pool(
                section.number("max-connections", usual.maxConnections(), 1, 100_000),
                section.number("queue-length", usual.queueLength(), 0, 1_000_000),
                section.duration("queue-timeout", usual.queueTimeout()),
                section.number("connect-attempts", usual.connectAttempts(), 1, 100),
                section.duration("idle-timeout", usual.idleTimeout()),
                section.duration("max-lifetime", usual.maxLifetime()),
                section.number("max-transactions", usual.maxTransactions(), 1, Integer.MAX_VALUE));
    }

    private static UpstreamSettings.Timeouts timeouts(Section timeouts) {
        UpstreamSettings.Timeouts usual = UpstreamSettings.Timeouts.DEFAULTS;
        Duration endOfData = timeouts.duration("end-of-data", usual.endOfData());
        UpstreamSettings.Timeouts read = new UpstreamSettings.Timeouts(
                timeouts.duration("connect", usual.connect()),
                timeouts.duration("greeting", usual.greeting()),
                timeouts.duration("command", usual.command()),
                timeouts.duration("data", usual.data()),
                timeouts.duration("content", usual.content()),
                endOfData);
        timeouts.end();
        return read;
    }
}
