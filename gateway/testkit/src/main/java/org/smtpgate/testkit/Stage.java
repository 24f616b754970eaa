package org.smtpgate.testkit;

import java.util.Set;

/** The points of a session at which a scripted upstream can be made to misbehave. */
public enum Stage {
    /** Before the first byte goes out, and before TLS if it is implicit. */
    ACCEPT,
    GREETING,
    EHLO,
    STARTTLS,
    AUTH,
    XCLIENT,
    XFORWARD,
    MAIL,
    RCPT,
    DATA,
    /** While content comes in; see {@link Moment#contentAfter}. */
    CONTENT,
    /** A chunk that is not the last. */
    BDAT,
    /** The end of the content, by DATA or by the last chunk. */
    END_OF_DATA,
    RSET,
    NOOP,
    QUIT;

    /** Where an orderly client goes from here; {@link Moment#before} means: right after the reply that leads here. */
    Set<Stage> following(boolean startTlsPending) {
        return switch (this) {
            case GREETING -> Set.of(EHLO);
            case EHLO -> startTlsPending ? Set.of(STARTTLS) : Set.of(AUTH, MAIL);
            case AUTH, RSET, XFORWARD -> Set.of(MAIL);
            case XCLIENT -> Set.of(EHLO);
            case STARTTLS -> Set.of(EHLO);
            case MAIL -> Set.of(RCPT);
            case RCPT -> Set.of(RCPT, DATA, BDAT);
            case BDAT -> Set.of(BDAT, END_OF_DATA);
            case END_OF_DATA -> Set.of(MAIL, RSET, QUIT);
            case ACCEPT, DATA, CONTENT, NOOP, QUIT -> Set.of();
        };
    }
}
