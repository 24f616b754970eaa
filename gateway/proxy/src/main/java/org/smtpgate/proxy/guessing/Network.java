package org.smtpgate.proxy.guessing;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The network that an address is in, told by its first bits. */
final class Network {
    private Network() {}

    /** @param address an IP address, as text; what is none is its own network */
    static String of(String address, int ipv4Bits, int ipv6Bits) {
        byte[] said = NetUtil.createByteArrayFromIpAddressString(address);
        if (said == null) {
            return address;
        }
        // As IPv4, where it is mapped into IPv6 (RFC 4291 section 2.5.5.2): else all of IPv4 were one network.
        byte[] bytes = inet(said).getAddress();
        int bits = bytes.length == 4 ? ipv4Bits : ipv6Bits;
        for (int i = 0; i < bytes.length; i++) {
            int kept = Math.max(0, Math.min(Byte.SIZE, bits - i * Byte.SIZE));
            bytes[i] &= (byte) (0xFF << (Byte.SIZE - kept));
        }
        return NetUtil.toAddressString(inet(bytes)) + "/" + bits;
    }

    private static InetAddress inet(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Netty made it an address", e);
        }
    }
}
