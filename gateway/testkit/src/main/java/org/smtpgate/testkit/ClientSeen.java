package org.smtpgate.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who a message is from, as an upstream was told: the identities in force at its MAIL.
 *
 * @param login who had logged in on the connection; null for nobody
 * @param xclient the attributes in force, decoded; those that are unavailable are left out
 * @param xforward likewise
 */
public record ClientSeen(String login, Map<String, String> xclient, Map<String, String> xforward) {
    static final ClientSeen NOBODY = new ClientSeen(null, Map.of(), Map.of());

    ClientSeen loggedIn(String user) {
        return new ClientSeen(user, xclient, xforward);
    }

    /** As Postfix does it: what is not named stays, and the login of the session is forgotten. */
    ClientSeen xclient(String arguments) {
        return new ClientSeen(null, changed(xclient, arguments), xforward);
    }

    ClientSeen xforward(String arguments) {
        return new ClientSeen(login, xclient, changed(xforward, arguments));
    }

    /** XFORWARD is for one transaction. */
    ClientSeen transactionOver() {
        return new ClientSeen(login, xclient, Map.of());
    }

    private static Map<String, String> changed(Map<String, String> before, String arguments) {
        Map<String, String> after = new LinkedHashMap<>(before);
        for (String argument : arguments.split(" ")) {
            String[] sides = argument.split("=", 2);
            if (sides[1].equals("[UNAVAILABLE]")) {
                after.remove(sides[0]);
            } else {
                after.put(sides[0], decoded(sides[1]));
            }
        }
        return Map.copyOf(after);
    }

    private static String decoded(String xtext) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < xtext.length(); i++) {
            boolean hex = xtext.charAt(i) == '+';
            octets.write(hex ? Integer.parseInt(xtext.substring(i + 1, i + 3), 16) : xtext.charAt(i));
            i += hex ? 2 : 0;
        }
        return octets.toString(StandardCharsets.UTF_8);
    }
}
