package org.smtpgate.smtp.receiver;

import java.util.EnumSet;
import java.util.Set;
import org.smtpgate.smtp.Verb;

/** What is the same for every session: rules about commands that do not depend on its state. */
final class Commands {

    /**
     * Commands that end or begin something as a whole, and so wait until nothing is owed: one transaction is over
     * before the next begins.
     */
    static final Set<Verb> WAIT_FOR_REPLIES =
            EnumSet.of(Verb.EHLO, Verb.HELO, Verb.RSET, Verb.STARTTLS, Verb.AUTH, Verb.MAIL);

    /** Those that a listener which insists on TLS refuses before it (RFC 3207 section 4). */
    static final Set<Verb> NEED_TLS = EnumSet.of(Verb.MAIL, Verb.RCPT, Verb.DATA, Verb.VRFY, Verb.EXPN);

    private Commands() {}

    static String outOfOrder(Verb verb) {
        return switch (verb) {
            case MAIL -> "Send EHLO first, and one MAIL for each transaction";
            case RCPT -> "Need MAIL before RCPT";
            case DATA -> "No valid recipients";
            case AUTH, STARTTLS -> "Not before EHLO, nor in a transaction";
            default -> "Bad sequence of commands";
        };
    }
}
