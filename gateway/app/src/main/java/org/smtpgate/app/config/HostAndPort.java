package org.smtpgate.app.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An address of the configuration; an IPv6 one in brackets. */
public record HostAndPort(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+(?:%[\\w.]+)?)]|([\\w.-]+)):([^:]*)");

    /** To listen on: port 0 is any free one. */
    static HostAndPort parse(String text) {
        return parse(text, 0);
    }

    /** To connect to. */
    static HostAndPort parseRemote(String text) {
        return parse(text, 1);
    }

    private static HostAndPort parse(String text, int leastPort) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            boolean bare = text.indexOf(':') != text.lastIndexOf(':') && text.matches("[0-9A-Fa-f:.]+");
            throw new IllegalArgumentException(
                    bare
                            ? "an IPv6 address needs brackets, such as [::1]:587, not " + text
                            : "must be host:port, such as 127.0.0.1:587 or [::1]:587, not " + text);
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        try {
            return new HostAndPort(host, Quantities.number(form.group(3), leastPort, 65_535));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the port " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
