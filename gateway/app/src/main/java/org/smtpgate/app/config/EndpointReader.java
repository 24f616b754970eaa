package org.smtpgate.app.config;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.smtpgate.proxy.upstream.UpstreamSettings;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint.Kind;

/** Reads the {@code endpoints} of an upstream: each an address, or a section with an address in it. */
final class EndpointReader {
    private static final int MOST = 1_000;
    /** What Linux has room for in an address. */
    private static final int SOCKET_PATH_MAX = 107;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");

    private final Section upstream;

    EndpointReader(Section upstream) {
        this.upstream = upstream;
    }

    List<Endpoint> read() {
        upstream.require("endpoints", "[ \"10.0.0.5:25\" ]");
        if (upstream.isEmptyList("endpoints")) {
            upstream.problem("endpoints", "needs at least one host:port");
        }
        List<Endpoint> endpoints = upstream.list("endpoints", EndpointReader::address, EndpointReader::section);
        endpoints.removeIf(Objects::isNull);
        Set<String> names = new HashSet<>();
        for (Endpoint endpoint : endpoints) {
            if (!names.add(endpoint.toString())) {
                upstream.problem("endpoints", endpoint + " is given twice; leave one of them, with the weight of both");
            }
        }
        return endpoints;
    }

    private static Endpoint address(String text) {
        if (text.startsWith("srv:")) {
            return new Endpoint(Kind.SRV, name(text, "srv:", "srv:_submission._tcp.example.net"), 0, 1, 0);
        }
        if (text.startsWith("mx:") && text.indexOf(':', "mx:".length()) < 0) {
            return new Endpoint(Kind.MX, name(text, "mx:", "mx:example.net"), UpstreamSettings.SMTP_PORT, 1, 0);
        }
        if (text.startsWith("unix:")) {
            return new Endpoint(Kind.UNIX, path(text.substring("unix:".length())), 0, 1, 0);
        }
        boolean exchangers = text.startsWith("mx:");
        HostAndPort address = HostAndPort.parseRemote(exchangers ? text.substring("mx:".length()) : text);
        return new Endpoint(exchangers ? Kind.MX : Kind.HOST, address.host(), address.port(), 1, 0);
    }

    private static String path(String text) {
        if (!text.startsWith("/") || text.getBytes(StandardCharsets.UTF_8).length > SOCKET_PATH_MAX) {
            throw new IllegalArgumentException("must be the whole path of a socket in at most " + SOCKET_PATH_MAX
                    + " octets, such as unix:/run/dovecot/lmtp, not " + text);
        }
        return text;
    }

    private static String name(String text, String prefix, String example) {
        String name = text.substring(prefix.length());
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("must be a name, such as " + example + ", not " + text);
        }
        return name;
    }

    /** Null when it has no address, which is noted. */
    private static Endpoint section(Section section) {
        section.require("address", "\"10.0.0.5:25\"");
        Endpoint plain = section.value("address", null, EndpointReader::address);
        int weight = section.number("weight", 1, 1, MOST);
        int priority = section.number("priority", 0, 0, MOST);
        section.end();
        return plain == null ? null : new Endpoint(plain.kind(), plain.host(), plain.port(), weight, priority);
    }
}
