package org.smtpgate.app.config;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;

/** Reads the {@code endpoints} of an upstream: each an address, or a section with an address in it. */
final class EndpointReader {
    private static final int MOST = 1_000;

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
        HostAndPort address = HostAndPort.parseRemote(text);
        return new Endpoint(address.host(), address.port());
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
