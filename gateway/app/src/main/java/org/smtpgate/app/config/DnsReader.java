package org.smtpgate.app.config;

import java.net.InetSocketAddress;
import java.util.List;
import org.smtpgate.proxy.dns.DnsSettings;
import org.smtpgate.proxy.dns.Literals;

/** Reads the {@code dns} section. */
final class DnsReader {
    private static final int PORT = 53;

    private DnsReader() {}

    static DnsSettings read(Section dns) {
        List<InetSocketAddress> servers = dns.list("servers", DnsReader::server);
        DnsSettings read = new DnsSettings(servers, dns.duration("timeout", DnsSettings.DEFAULTS.timeout()));
        dns.end();
        return read;
    }

    private static InetSocketAddress server(String text) {
        HostAndPort address = Literals.isAddress(text) ? new HostAndPort(text, PORT) : HostAndPort.parseRemote(text);
        if (!Literals.isAddress(address.host())) {
            throw new IllegalArgumentException(
                    "must be an IP address, such as 10.0.0.53 or [fd00::53]:53, not " + text);
        }
        return new InetSocketAddress(Literals.address(address.host()), address.port());
    }

    /** As it is read. */
    static String spell(InetSocketAddress server) {
        return new HostAndPort(server.getAddress().getHostAddress(), server.getPort()).toString();
    }
}
