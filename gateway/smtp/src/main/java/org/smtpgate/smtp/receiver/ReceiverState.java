package org.smtpgate.smtp.receiver;

import static org.smtpgate.smtp.Verb.AUTH;
import static org.smtpgate.smtp.Verb.BDAT;
import static org.smtpgate.smtp.Verb.DATA;
import static org.smtpgate.smtp.Verb.EHLO;
import static org.smtpgate.smtp.Verb.EXPN;
import static org.smtpgate.smtp.Verb.HELO;
import static org.smtpgate.smtp.Verb.HELP;
import static org.smtpgate.smtp.Verb.MAIL;
import static org.smtpgate.smtp.Verb.NOOP;
import static org.smtpgate.smtp.Verb.QUIT;
import static org.smtpgate.smtp.Verb.RCPT;
import static org.smtpgate.smtp.Verb.RSET;
import static org.smtpgate.smtp.Verb.STARTTLS;
import static org.smtpgate.smtp.Verb.VRFY;

import java.util.EnumSet;
import java.util.Set;
import org.smtpgate.smtp.Verb;

/**
 * The states of a client's session, each with what it reads and the commands that it welcomes: the machine as a table.
 *
 * <p>Everything that moves between them is in {@link ReceiverSession}, {@link CommandHandler}, {@link ContentReader},
 * {@link SaslReader} and {@link Conversation}. A command passed on to the upstream moves the state at once, so that a
 * pipelined group flows; a refusal moves it back when it arrives.
 */
enum ReceiverState {
    /** The greeting has not been given. */
    CONNECTED(Reads.NOTHING),
    /** Greeted by us, but not by the client; so again after a TLS handshake (RFC 3207 section 4.2). */
    FRESH(Reads.COMMANDS, Verbs.ALWAYS),
    /** EHLO or HELO was given, and no transaction is open. */
    GREETED(Reads.COMMANDS, Verbs.ALWAYS, STARTTLS, AUTH, MAIL),
    /** A transaction without a recipient. */
    MAIL_GIVEN(Reads.COMMANDS, Verbs.ALWAYS, RCPT),
    /** A transaction with a recipient, though perhaps one that the upstream has yet to judge. */
    RCPT_GIVEN(Reads.COMMANDS, Verbs.ALWAYS, RCPT, DATA, BDAT),
    /** DATA was given; the content may not come before the 354. */
    AWAITING_354(Reads.NOTHING),
    /** Message data is being read. */
    CONTENT(Reads.CONTENT),
    /** BDAT was given; its octets cannot be passed on yet. */
    AWAITING_CHUNK(Reads.NOTHING),
    /** The octets of a BDAT are being read. */
    CHUNK(Reads.CHUNK),
    /** A chunk was read that is not the last; its reply may be owed. */
    BETWEEN_CHUNKS(Reads.COMMANDS, Verbs.ALWAYS, BDAT),
    /** All of the data was read; its reply is owed. */
    AWAITING_FINAL(Reads.NOTHING),
    /** A SASL response is due. */
    AUTH_LINE(Reads.SASL),
    /** Credentials are being judged. */
    AUTH_PENDING(Reads.NOTHING),
    /** 220 was given to STARTTLS: no byte may come before the handshake. */
    TLS_PENDING(Reads.NOTHING),
    /** The last reply is on its way. */
    ENDING(Reads.NOTHING),
    CLOSED(Reads.NOTHING);

    private final Reads reads;
    private final Set<Verb> welcome;

    ReceiverState(Reads reads, Verb... welcome) {
        this(reads, Verbs.NONE, welcome);
    }

    ReceiverState(Reads reads, Set<Verb> always, Verb... more) {
        this.reads = reads;
        this.welcome = EnumSet.noneOf(Verb.class);
        welcome.addAll(always);
        welcome.addAll(Set.of(more));
    }

    Reads reads() {
        return reads;
    }

    boolean welcomes(Verb verb) {
        return welcome.contains(verb);
    }

    /** Whether a transaction is open. */
    boolean inTransaction() {
        return switch (this) {
            case MAIL_GIVEN, RCPT_GIVEN, AWAITING_354, AWAITING_FINAL -> true;
            default -> inContent();
        };
    }

    /** Whether the content of a message is under way. */
    boolean inContent() {
        return switch (this) {
            case CONTENT, AWAITING_CHUNK, CHUNK, BETWEEN_CHUNKS -> true;
            default -> false;
        };
    }

    /** Whether nothing is under way. */
    boolean resting() {
        return this == FRESH || this == GREETED;
    }

    /** What the bytes of the client are at this point. */
    enum Reads {
        COMMANDS,
        CONTENT,
        CHUNK,
        SASL,
        NOTHING
    }

    private static final class Verbs {
        static final Set<Verb> NONE = Set.of();
        static final Set<Verb> ALWAYS = Set.of(EHLO, HELO, NOOP, RSET, QUIT, HELP, VRFY, EXPN);
    }
}
