package org.smtpgate.smtp.sender;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Peer;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.sender.Introduction.Xclient;

/** Keeps account of what one upstream connection was told about clients, so that none is ever taken for another. */
final class Introducer {
    private static final String XCLIENT = "XCLIENT";
    private static final String XFORWARD = "XFORWARD";

    private final boolean logsIn;
    /** The attributes that the upstream has taken over, of whichever client: each must be overwritten or known. */
    private final Set<String> taken = new HashSet<>();

    private Introduction introduction;
    private ClientAttributes attributes;
    /** Whom the upstream takes the connection for; null for the gateway, or for nobody knows whom. */
    private Peer known;

    /** What is still to be said before the next MAIL, in this order. */
    private final Deque<Stage> due = new ArrayDeque<>(2);

    /** @param logsIn whether the gateway logs in: then a login told by XCLIENT would stand in its way */
    Introducer(boolean logsIn) {
        this.logsIn = logsIn;
    }

    void begin(Introduction next) {
        introduction = next;
        due.clear();
        if (next.xclient() != Xclient.OFF && !next.peer().equals(known)) {
            due.add(Stage.XCLIENT);
        }
        if (next.xforward()) {
            due.add(Stage.XFORWARD);
        }
    }

    /** By which command the upstream is to be told next, before MAIL; null when it knows enough. */
    Stage due() {
        return due.peek();
    }

    // XCLIENT

    /** The arguments of XCLIENT; empty when the upstream does not take it, or would keep some of another client's. */
    List<String> xclient(Capabilities offered) {
        due.remove();
        attributes = ClientAttributes.xclient(introduction.peer(), !logsIn, offered.words(XCLIENT));
        known = null;
        return attributes.names().containsAll(taken) ? attributes.lines(XCLIENT) : List.of();
    }

    /** The upstream took an XCLIENT. */
    void xclientTaken() {
        taken.addAll(attributes.names());
    }

    /** The upstream is ready again. */
    void xclientOver() {
        known = introduction.peer();
    }

    /** Whether the transaction may go on without XCLIENT. */
    boolean mayDoWithout() {
        return taken.isEmpty() && introduction.xclient() == Xclient.IGNORE;
    }

    // Each MAIL

    /** The arguments of XFORWARD; empty when the upstream does not take it. */
    List<String> xforward(Capabilities offered) {
        due.remove();
        return ClientAttributes.xforward(introduction.peer(), introduction.session(), offered.words(XFORWARD))
                .lines(XFORWARD);
    }

    /** What MAIL is to say of the submitter; null for nothing. */
    String submitter() {
        return introduction != null && introduction.mailAuth() && logsIn ? introduction.submitter() : null;
    }
}
