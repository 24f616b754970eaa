package org.smtpgate.smtp;

/**
 * Who is at the other end of a client's session, as far as is known by now: what upstreams and trace headers are told.
 *
 * @param address its IP address, as text
 * @param localAddress the IP address that it connected to, as text
 * @param helo what it called itself; null before EHLO and HELO
 * @param esmtp whether it said EHLO
 * @param tls protocol and cipher suite; null without TLS
 * @param login the name it is logged in by; null before AUTH
 */
public record Peer(
        String address,
        int port,
        String localAddress,
        int localPort,
        String helo,
        boolean esmtp,
        String tls,
        String login) {

    /** An IP address without the zone that it may have on this machine (RFC 4007), which means nothing elsewhere. */
    public static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }
}
