package org.smtpgate.proxy.metrics;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A transaction whose content went upstream wholly, and of which no word came back: all that is needed to find out whether
 * the upstream has the message, and nothing of its content. Texts that are longer than can matter are cut.
 *
 * @param at when the hope for a reply ended
 * @param session its id, as in our own replies and in the log
 * @param client address and port
 * @param login null for who did not log in
 * @param from the sender as given, brackets included
 * @param to the first of the recipients that the upstream accepted
 * @param recipients how many it accepted
 * @param octets of content, as on the wire
 * @param digest of that content
 * @param endpoint where it went
 * @param reply what the client was told, or was to be told when it was unheard
 * @param cause what became of the upstream connection, and whether the reply was unheard
 * @param millis from MAIL to the end
 */
public record UnknownOutcome(
        Instant at,
        String session,
        String listener,
        String client,
        String login,
        String from,
        List<String> to,
        int recipients,
        long octets,
        String digest,
        String upstream,
        String endpoint,
        String reply,
        String cause,
        long millis) {
    private static final int TEXT_MOST = 1_024;
    private static final int RECIPIENTS_TEXT_MOST = 4_096;

    public UnknownOutcome {
        login = cut(login);
        from = cut(from);
        to = first(to);
        reply = cut(reply);
        cause = cut(cause);
    }

    private static String cut(String text) {
        return text == null || text.length() <= TEXT_MOST ? text : text.substring(0, TEXT_MOST);
    }

    private static List<String> first(List<String> recipients) {
        List<String> first = new ArrayList<>();
        int length = 0;
        for (String recipient : recipients) {
            length += recipient.length();
            if (length > RECIPIENTS_TEXT_MOST) {
                break;
            }
            first.add(recipient);
        }
        return List.copyOf(first);
    }
}
