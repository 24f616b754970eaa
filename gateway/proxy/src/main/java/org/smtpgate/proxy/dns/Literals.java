package org.smtpgate.proxy.dns;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/** Names that need no asking: addresses, and this machine. */
public final class Literals {
    private Literals() {}

    /** Whether it is an IP address, without brackets. */
    public static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /** Whether it is the name of this machine to itself (RFC 6761 section 6.3); here that is its IPv4 loopback address. */
    public static boolean isLocalhost(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.equals("localhost") || lower.endsWith(".localhost");
    }

    /** @throws DnsException for an IPv6 address with the name of an interface that there is not */
    public static InetAddress address(String host) {
        try {
            return isLocalhost(host)
                    ? InetAddress.getByAddress(new byte[] {127, 0, 0, 1})
                    : InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new DnsException(e.getMessage());
        }
    }
}
