package org.smtpgate.proxy.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Whom to ask for names.
 *
 * @param servers in the order in which they are asked; none for those of the system's resolv.conf
 * @param timeout for one answer of one server; each is asked twice
 */
public record DnsSettings(List<InetSocketAddress> servers, Duration timeout) {
    public static final DnsSettings DEFAULTS = new DnsSettings(List.of(), Duration.ofSeconds(3));

    public DnsSettings {
        servers = List.copyOf(servers);
    }
}
