package org.smtpgate.testkit.faults;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.smtpgate.testkit.TcpChaos.Flow;

/** Follows one dialogue, and says at which octet it comes to the point of a fault. Not safe for several threads. */
final class DialogueWatch {
    static final int NOT_HERE = -1;

    private enum Mode {
        COMMANDS,
        CONTENT,
        TLS
    }

    private static final byte[] END = {'\r', '\n', '.', '\r', '\n'};

    private final PlannedFault planned;
    /** The points of commands whose replies the server owes; null for a command that has none. */
    private final Deque<FaultPoint> owed = new ArrayDeque<>();

    private final StringBuilder command = new StringBuilder();
    private final StringBuilder replyLine = new StringBuilder();
    private Mode mode = Mode.COMMANDS;
    private int transaction;
    private int replyOctets;
    private int contentOctets;
    private int endMatched;
    private Flow direction = Flow.TO_CLIENT;
    private int turn;
    private int turnOctets;

    DialogueWatch(PlannedFault planned) {
        this.planned = planned;
        owed.add(FaultPoint.GREETING);
    }

    /** The octet before which the fault strikes, {@code count} for right behind the last one, or {@link #NOT_HERE}. */
    int find(Flow flow, byte[] bytes, int count) {
        for (int i = 0; i < count; ) {
            if (mode == Mode.TLS) {
                return inTls(flow, i, count);
            }
            int at = flow == Flow.TO_CLIENT
                    ? reply(bytes, i)
                    : mode == Mode.CONTENT ? content(bytes, i) : line(bytes, i, count);
            if (at != NOT_HERE) {
                return at;
            }
            i++;
        }
        return NOT_HERE;
    }

    private boolean here(FaultPoint point) {
        boolean outside = point.ordinal() < FaultPoint.MAIL.ordinal() || point.ordinal() >= FaultPoint.QUIT.ordinal();
        return planned.point() == point && (outside || planned.turn() == transaction);
    }

    // ---- from the client

    private int line(byte[] bytes, int i, int count) {
        if (command.isEmpty()) {
            commandBegins(bytes, i, count);
        }
        FaultPoint point = owed.peekLast();
        int octets = command.length();
        command.append((char) bytes[i]);
        boolean ends = bytes[i] == '\n';
        if (ends) {
            command.setLength(0);
        }
        return point != null && here(point) && (octets == planned.offset() || ends) ? i : NOT_HERE;
    }

    /** A client writes whole lines, so that the verb is there with its first octet. */
    private void commandBegins(byte[] bytes, int i, int count) {
        String verb = new String(bytes, i, Math.min(4, count - i)).toUpperCase(Locale.ROOT);
        FaultPoint point = switch (verb) {
            case "EHLO" -> FaultPoint.EHLO;
            case "STAR" -> FaultPoint.STARTTLS;
            case "MAIL" -> FaultPoint.MAIL;
            case "RCPT" -> FaultPoint.RCPT;
            case "DATA" -> FaultPoint.DATA;
            case "QUIT" -> FaultPoint.QUIT;
            default -> FaultPoint.ACCEPT;
        };
        if (point == FaultPoint.MAIL) {
            transaction++;
        }
        owed.addLast(point);
    }

    private int content(byte[] bytes, int i) {
        byte b = bytes[i];
        endMatched = b == END[endMatched] ? endMatched + 1 : b == '\r' ? 1 : 0;
        boolean ends = endMatched == END.length;
        boolean struck = here(FaultPoint.CONTENT) && (contentOctets == planned.offset() || ends);
        contentOctets++;
        if (struck || ends && here(FaultPoint.END_OF_DATA)) {
            return i;
        }
        if (ends) {
            mode = Mode.COMMANDS;
            owed.addLast(FaultPoint.END_OF_DATA);
            return here(FaultPoint.AFTER_END_OF_DATA) ? i + 1 : NOT_HERE;
        }
        return NOT_HERE;
    }

    // ---- from the server

    private int reply(byte[] bytes, int i) {
        FaultPoint point = owed.isEmpty() ? FaultPoint.ACCEPT : owed.peekFirst().reply();
        replyLine.append((char) bytes[i]);
        boolean lineEnds = bytes[i] == '\n';
        boolean ends = lineEnds && replyLine.length() > 3 && replyLine.charAt(3) != '-';
        boolean struck = here(point) && (replyOctets == planned.offset() || ends);
        replyOctets++;
        if (struck) {
            return i;
        }
        if (ends) {
            replyEnds(point, replyLine.substring(0, 3));
        }
        if (lineEnds) {
            replyLine.setLength(0);
        }
        return ends && point == FaultPoint.END_OF_DATA_REPLY && here(FaultPoint.IDLE) ? i + 1 : NOT_HERE;
    }

    private void replyEnds(FaultPoint point, String code) {
        owed.pollFirst();
        replyOctets = 0;
        if (point == FaultPoint.DATA_REPLY && code.equals("354")) {
            mode = Mode.CONTENT;
            contentOctets = 0;
            // The empty message ends with a dot right at its beginning.
            endMatched = 2;
        } else if (point == FaultPoint.STARTTLS_REPLY && code.equals("220")) {
            mode = Mode.TLS;
        }
    }

    // ---- in TLS

    private int inTls(Flow flow, int from, int count) {
        if (flow != direction) {
            direction = flow;
            turn++;
            turnOctets = 0;
        }
        int before = turnOctets;
        turnOctets += count - from;
        if (!planned.point().inTls() || turn < planned.turn()) {
            return NOT_HERE;
        }
        if (turn > planned.turn()) {
            return from;
        }
        return turnOctets > planned.offset() ? from + Math.max(0, planned.offset() - before) : NOT_HERE;
    }
}
