package org.smtpgate.smtp.receiver;

import java.util.EnumSet;
import java.util.Set;
import org.smtpgate.smtp.Verb;

/** What is the same for every session: rules about commands that do not depend on its state. */
final class Commands {

    /**
     * Commands that end or begin something as a whole, and so wait until nothing is owed: one transaction is over
     * before the next begins. Of BDAT the first: of content nothing may be sent again, so that none goes where MAIL or RCPT
     * may yet have to.
     */
    private static final Set<Verb> WAIT_FOR_REPLIES =
            EnumSet.of(Verb.EHLO, Verb.HELO, Verb.RSET, Verb.STARTTLS, Verb.AUTH, Verb.MAIL, Verb.BDAT);

    /** Those that a listener which insists on TLS refuses before it (RFC 3207 section 4). */
    static final Set<Verb> NEED_TLS = EnumSet.of(Verb.MAIL, Verb.RCPT, Verb.DATA, Verb.BDAT, Verb.VRFY, Verb.EXPN);

    /** Those behind which content may have been sent already, though they were refused. */
    static final Set<Verb> BEFORE_CONTENT = EnumSet.of(Verb.RCPT, Verb.DATA, Verb.BDAT);

    private Commands() {}

    /** Whether a command must wait until nothing is owed. */
    static boolean waits(Verb verb, ReceiverState state) {
        boolean pipelined = verb == Verb.BDAT && state == ReceiverState.BETWEEN_CHUNKS;
        return WAIT_FOR_REPLIES.contains(verb) && !pipelined;
    }

    /** Whether a line that is no valid command is one behind which octets of content come all the same. */
    static boolean announcesOctets(String line) {
        return line.regionMatches(true, 0, Verb.BDAT.name(), 0, Verb.BDAT.name().length());
    }

    static String outOfOrder(Verb verb) {
        return switch (verb) {
            case MAIL -> "Send EHLO first, and one MAIL for each transaction";
            case RCPT -> "Need MAIL before RCPT";
            case DATA, BDAT -> "No valid recipients";
            case AUTH, STARTTLS -> "Not before EHLO, nor in a transaction";
            default -> "Bad sequence of commands";
        };
    }
}
