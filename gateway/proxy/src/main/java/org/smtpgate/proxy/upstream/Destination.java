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
 * @param host the name that led to it, which its certificate must be for; or the address itself, as it is configured, which
 *     for a socket of this machine is its path
 * @param address null where it has none
 */
public record Destination(String host, InetAddress address, int port) {

    /** The name for SNI; null for an address, which may not stand there (RFC 6066 section 3). */
    String serverName() {
        return isUnix() || Literals.isAddress(host) ? null : host;
    }

    /** Where to connect to. It keeps the host, so that TLS takes no certificate which is for the address alone. */
    SocketAddress socketAddress() {
        if (isUnix()) {
            return SocketAddress.domainSocketAddress(host);
        }
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

    /** No name of a host begins like that. */
    private boolean isUnix() {
        return host.startsWith("/");
    }

    /** For people: {@code 192.0.2.1:25}, or {@code mail.example.net[192.0.2.1]:25}. */
    @Override
    public String toString() {
        if (isUnix()) {
            return "unix:" + host;
        }
        if (address != null && !Literals.isAddress(host)) {
            return host + "[" + NetUtil.toAddressString(address) + "]:" + port;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
