package org.smtpgate.proxy.upstream;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.smtpgate.proxy.dns.DnsSettings;
import org.smtpgate.proxy.dns.Names;

/** Finds the endpoints of all upstreams, and probes them, for all event loops from one. Confined to that. */
final class EndpointWatch {
    private final Names names;
    private final List<Resolution> resolutions = new ArrayList<>();
    private final List<Prober> probers = new ArrayList<>();

    /** Begins at once. */
    EndpointWatch(Vertx vertx, DnsSettings dns, Collection<Upstream> upstreams) {
        this.names = new Names(vertx, dns);
        for (Upstream upstream : upstreams) {
            resolutions.addAll(upstream.resolutions(names));
            probers.add(upstream.prober());
        }
        resolutions.forEach(Resolution::start);
        probers.forEach(Prober::start);
    }

    void stop() {
        probers.forEach(Prober::stop);
        resolutions.forEach(Resolution::stop);
        names.close();
    }
}
