package org.smtpgate.proxy.upstream;

import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.smtpgate.proxy.dns.Literals;

/**
 * One address of an upstream.
 *
 * @param host the name that led to it, which its certificate must be for; or the address itself, as it is configured
 */
public record Destination(String host, InetAddress address, int port) {

    /** The name for SNI; null for an address, which may not stand there (RFC 6066 section 3). */
    String serverName() {
        return Literals.isAddress(host) ? null : host;
    }

    /** Where to connect to. It keeps the host, so that TLS takes no certificate which is for the address alone. */
    SocketAddress socketAddress() {
        if (address == null) {
            return SocketAddress.inetSocketAddress(port, host);
        }
        if (Literals.isAddress(host)) {
            return SocketAddress.inetSocketAddress(new InetSocketAddress(address, port));
        }
        try {
            InetAddress named = InetAddress.getByAddress(host, address.getAddress());
            return SocketAddress.inetSocketAddress(new InetSocketAddress(named, port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of no known length", e);
        }
    }

    /** For people: {@code 192.0.2.1:25}, or {@code mail.example.net[192.0.2.1]:25}. */
    @Override
    public String toString() {
        if (address != null && !Literals.isAddress(host)) {
            return host + "[" + NetUtil.toAddressString(address) + "]:" + port;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
