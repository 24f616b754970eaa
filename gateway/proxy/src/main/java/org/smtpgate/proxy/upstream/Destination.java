package org.smtpgate.proxy.upstream;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * One address of an upstream.
 *
 * @param host the name that led to it, which its certificate must be for; or the address itself, as it is configured
 * @param address null for one that is still to be found by its name
 */
public record Destination(String host, InetAddress address, int port) {

    /** The name for SNI; null for an address, which may not stand there (RFC 6066 section 3). */
    String serverName() {
        return isAddress(host) ? null : host;
    }

    static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /** For people: {@code 192.0.2.1:25}, or {@code mail.example.net[192.0.2.1]:25}. */
    @Override
    public String toString() {
        if (address != null && !isAddress(host)) {
            return host + "[" + NetUtil.toAddressString(address) + "]:" + port;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
