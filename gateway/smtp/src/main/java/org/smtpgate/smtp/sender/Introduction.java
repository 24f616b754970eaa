package org.smtpgate.smtp.sender;

import java.util.regex.Pattern;
import org.smtpgate.smtp.Peer;

/**
 * What an upstream is told about the client of the next transaction, and by which commands.
 *
 * @param peer the client
 * @param session the id of its session, for the upstream's logs
 * @param xforward whether XFORWARD says it, for the upstream's logs
 * @param mailAuth whether MAIL says who submitted the message (RFC 4954 section 5)
 */
public record Introduction(Peer peer, String session, Xclient xclient, boolean xforward, boolean mailAuth) {
    private static final Pattern MAILBOX = Pattern.compile("[^@\\s<>]{1,64}@[^@\\s<>]{1,255}");

    /** Whether XCLIENT makes the upstream take the client for its own, and what to do where it will not. */
    public enum Xclient {
        OFF,
        /** Do without. */
        IGNORE,
        /** Do not use the connection. */
        REFUSE
    }

    /** The submitter as MAIL names it; {@code <>} for one that is not known, or has no mailbox for a login. */
    String submitter() {
        String login = peer.login();
        return login != null && MAILBOX.matcher(login).matches() ? login : "<>";
    }
}
