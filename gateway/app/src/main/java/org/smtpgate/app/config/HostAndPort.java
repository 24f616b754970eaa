package org.smtpgate.app.config;

/** An address of the configuration; an IPv6 one in brackets. */
public record HostAndPort(String host, int port) {

    static HostAndPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || text.endsWith(":")) {
            throw new IllegalArgumentException("must be host:port, such as 127.0.0.1:587 or [::1]:587, not " + text);
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("an IPv6 address needs brackets, such as [::1]:587, not " + text);
        }
        int port = Quantities.number(text.substring(colon + 1), 0, 65_535);
        return new HostAndPort(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
