package org.smtpgate.testkit;

import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What a scripted upstream is like when nothing goes wrong.
 *
 * @param contentRate bytes a second, or 0 for as fast as it goes
 */
record UpstreamSettings(
        Transport transport,
        SSLContext tls,
        Optional<List<String>> extensions,
        int maxConnections,
        long contentRate,
        boolean keepContent) {
    private static final String HOST = "upstream.test";

    String greeting() {
        return "220 " + HOST + " ESMTP";
    }

    String ehloReply(boolean secured) {
        StringBuilder reply = new StringBuilder("250-" + HOST);
        List<String> offers = offers(secured);
        for (int i = 0; i < offers.size(); i++) {
            reply.append("\r\n250").append(i == offers.size() - 1 ? ' ' : '-').append(offers.get(i));
        }
        return offers.isEmpty() ? "250 " + HOST : reply.toString();
    }

    boolean startTlsPending(boolean secured) {
        return transport == Transport.STARTTLS && !secured;
    }

    private List<String> offers(boolean secured) {
        if (extensions.isPresent()) {
            return extensions.get();
        }
        return startTlsPending(secured)
                ? List.of("PIPELINING", "SIZE 1073741824", "8BITMIME", "ENHANCEDSTATUSCODES", "STARTTLS")
                : List.of("PIPELINING", "SIZE 1073741824", "8BITMIME", "ENHANCEDSTATUSCODES");
    }
}
