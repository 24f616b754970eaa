package org.smtpgate.smtp.sender;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.smtpgate.smtp.Peer;
import org.smtpgate.smtp.wire.Xtext;

/**
 * A client as XCLIENT and XFORWARD describe it (Postfix' XCLIENT_README and XFORWARD_README): just the attributes that
 * the upstream knows, all of them each time, so that nothing of the client before stays.
 */
final class ClientAttributes {
    private static final String UNAVAILABLE = "[UNAVAILABLE]";
    private static final int VALUE_OCTETS_MAX = 255;
    /** Of a command line, its CRLF included. */
    private static final int COMMAND_OCTETS_MAX = 512;

    private final Map<String, String> values;

    private ClientAttributes(Map<String, String> values) {
        this.values = values;
    }

    /** @param login whether the upstream may be told the login: not where the gateway logs in there by itself */
    static ClientAttributes xclient(Peer peer, boolean login, Collection<String> known) {
        Map<String, String> all = common(peer);
        if (login) {
            all.put("LOGIN", peer.login() == null ? UNAVAILABLE : value(Xtext.encode(peer.login())));
        }
        all.put("DESTADDR", address(peer.localAddress()));
        all.put("DESTPORT", port(peer.localPort()));
        return of(all, peer, known);
    }

    static ClientAttributes xforward(Peer peer, String session, Collection<String> known) {
        Map<String, String> all = common(peer);
        all.put("IDENT", value(Xtext.encode(session)));
        all.put("SOURCE", "REMOTE");
        return of(all, peer, known);
    }

    private static Map<String, String> common(Peer peer) {
        Map<String, String> common = new LinkedHashMap<>();
        common.put("NAME", UNAVAILABLE);
        common.put("PROTO", peer.esmtp() ? "ESMTP" : "SMTP");
        common.put("HELO", helo(peer.helo()));
        return common;
    }

    /** ADDR comes last: who has said it may have lost the right to say more. */
    private static ClientAttributes of(Map<String, String> all, Peer peer, Collection<String> known) {
        all.put("PORT", port(peer.port()));
        all.put("ADDR", address(peer.address()));
        all.keySet().retainAll(known);
        return new ClientAttributes(all);
    }

    Collection<String> names() {
        return values.keySet();
    }

    /** The arguments of as many commands as it takes. */
    List<String> lines(String verb) {
        List<String> lines = new ArrayList<>(1);
        StringBuilder line = new StringBuilder();
        values.forEach((name, value) -> {
            String attribute = name + "=" + value;
            if (verb.length() + line.length() + 1 + attribute.length() + 2 > COMMAND_OCTETS_MAX) {
                lines.add(line.substring(1));
                line.setLength(0);
            }
            line.append(' ').append(attribute);
        });
        if (!line.isEmpty()) {
            lines.add(line.substring(1));
        }
        return lines;
    }

    /** What a client said, octet by octet. */
    private static String helo(String domain) {
        return domain == null || domain.isEmpty()
                ? UNAVAILABLE
                : value(Xtext.encode(domain.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** Cut short it would be another's name. */
    private static String value(String encoded) {
        return encoded.isEmpty() || encoded.length() > VALUE_OCTETS_MAX ? UNAVAILABLE : encoded;
    }

    private static String port(int port) {
        return port > 0 ? String.valueOf(port) : UNAVAILABLE;
    }

    private static String address(String address) {
        if (address == null || address.isEmpty()) {
            return UNAVAILABLE;
        }
        String bare = Peer.withoutZone(address);
        return bare.indexOf(':') < 0 ? bare : "IPV6:" + bare;
    }
}
