package org.smtpgate.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What a scripted upstream is like when nothing goes wrong.
 *
 * @param more offered beside those
 * @param accounts who may log in; null for whoever comes
 * @param proxied whether each connection begins with a PROXY header
 * @param lmtp whether it speaks LMTP, and no SMTP
 * @param contentRate bytes a second, or 0 for as fast as it goes
 */
record UpstreamSettings(
        Transport transport,
        SSLContext tls,
        Optional<List<String>> extensions,
        List<String> more,
        SaslAccounts accounts,
        boolean proxied,
        boolean lmtp,
        int maxConnections,
        long contentRate,
        boolean keepContent) {
    private static final String HOST = "upstream.test";

    String greeting() {
        return "220 " + HOST + (lmtp ? " LMTP" : " ESMTP");
    }

    String ehloReply(boolean secured) {
        return ehloReply(offers(secured));
    }

    static String ehloReply(List<String> offers) {
        StringBuilder reply = new StringBuilder();
        String line = HOST;
        for (String offer : offers) {
            reply.append("250-").append(line).append("\r\n");
            line = offer;
        }
        return reply.append("250 ").append(line).toString();
    }

    boolean startTlsPending(boolean secured) {
        return transport == Transport.STARTTLS && !secured;
    }

    boolean offersChunking() {
        return offers(true).contains("CHUNKING");
    }

    private List<String> offers(boolean secured) {
        List<String> offers = new ArrayList<>(extensions.orElseGet(() -> usual(secured)));
        offers.addAll(more);
        if (accounts != null && !startTlsPending(secured)) {
            offers.add("AUTH " + String.join(" ", accounts.mechanisms()));
        }
        return offers;
    }

    private List<String> usual(boolean secured) {
        return startTlsPending(secured)
                ? List.of("PIPELINING", "SIZE 1073741824", "8BITMIME", "ENHANCEDSTATUSCODES", "STARTTLS")
                : List.of("PIPELINING", "SIZE 1073741824", "8BITMIME", "ENHANCEDSTATUSCODES");
    }
}
