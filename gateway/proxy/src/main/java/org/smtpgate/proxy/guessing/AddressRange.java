package org.smtpgate.proxy.guessing;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Addresses with equal first bits (RFC 4632), such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. Safe for any thread. */
public final class AddressRange {
    private final String text;
    private final IpSubnetFilterRule rule;

    private AddressRange(String text, IpSubnetFilterRule rule) {
        this.text = text;
        this.rule = rule;
    }

    /**
     * @param text an address, with {@code /} and a number of bits or without
     * @throws IllegalArgumentException when it is none; the message says what would be
     */
    public static AddressRange of(String text) {
        String[] parts = text.split("/", 2);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(parts[0]);
        try {
            int most = address.length * Byte.SIZE;
            int bits = parts.length == 1 ? most : Integer.parseInt(parts[1]);
            return new AddressRange(
                    text, new IpSubnetFilterRule(InetAddress.getByAddress(address), bits, IpFilterRuleType.ACCEPT));
        } catch (UnknownHostException | RuntimeException e) {
            throw new IllegalArgumentException("not a range of addresses; write it as 10.0.0.0/8 or 2001:db8::/32", e);
        }
    }

    /** Whether an IP address, as text, is in it. */
    boolean has(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        try {
            return bytes != null && rule.matches(new InetSocketAddress(InetAddress.getByAddress(bytes), 0));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("Netty made it an address", e);
        }
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
