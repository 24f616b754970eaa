package org.smtpgate.proxy.guessing;

import java.time.Duration;
import java.util.List;

/**
 * What failed logins lead to.
 *
 * @param address of each client's address
 * @param network of each network, as long as its prefix says
 * @param login of each login, wherever it is tried
 * @param ipv4Prefix bits that make an IPv4 network
 * @param ipv6Prefix bits that make an IPv6 network
 * @param delay what a first failure is answered after; each further one waits twice as long
 * @param longestDelay no failure is answered later
 * @param exempt whose failures are not counted
 */
public record GuessingSettings(
        Allowance address,
        Allowance network,
        Allowance login,
        int ipv4Prefix,
        int ipv6Prefix,
        Duration delay,
        Duration longestDelay,
        List<AddressRange> exempt) {

    private static final Duration WINDOW = Duration.ofMinutes(10);

    /** Loopback is exempt: as a sidecar has no other clients, one could shut out all of them. */
    public static final GuessingSettings DEFAULTS = new GuessingSettings(
            new Allowance(30, WINDOW),
            new Allowance(200, WINDOW),
            new Allowance(100, WINDOW),
            24,
            64,
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            List.of(AddressRange.of("127.0.0.0/8"), AddressRange.of("::1")));

    public GuessingSettings {
        exempt = List.copyOf(exempt);
    }
}
