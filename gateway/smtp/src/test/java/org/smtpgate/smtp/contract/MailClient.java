package org.smtpgate.smtp.contract;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.contract.Step.Behind;
import org.smtpgate.smtp.contract.Step.Line;

/**
 * The model of a client that keeps to RFC 2920, whatever it says: it counts its commands, reads one reply for each, and
 * knows which replies it must never be given (invariants 1 to 3 of the closure contract).
 */
final class MailClient {
    /** What a reply is expected for. */
    private enum Expects {
        GREETING,
        COMMAND,
        FAULT,
        MAIL,
        RCPT,
        DATA,
        CHUNK,
        END_OF_DATA,
        QUIT
    }

    private enum Mode {
        COMMANDS,
        AWAITING_354,
        CONTENT,
        SILENT
    }

    private final Ledger ledger;
    private final Deque<Expects> expected = new ArrayDeque<>();
    private final Deque<String> unconfirmed = new ArrayDeque<>();
    private Mode mode = Mode.COMMANDS;
    private String content = "";
    /** What it has sent in chunks of the message under way; null before the first one. */
    private String chunks;
    /** Whether a MAIL of its own may stand, for all that it knows. */
    private boolean inTransaction;

    private int messages;
    private Reply last;

    MailClient(Ledger ledger) {
        this.ledger = ledger;
        expected.add(Expects.GREETING);
    }

    // What it sends

    String group(Iterable<Line> lines) {
        StringBuilder wire = new StringBuilder();
        for (Line line : lines) {
            if (mode != Mode.COMMANDS) {
                break;
            }
            if (line == Line.MAIL && chunks != null) {
                // It would have to say RSET first (RFC 3030 section 2).
                continue;
            }
            note(line);
            wire.append(line.text).append("\r\n");
            expected.add(
                    switch (line) {
                        case MAIL -> Expects.MAIL;
                        case RCPT -> Expects.RCPT;
                        case DATA -> Expects.DATA;
                        case QUIT -> Expects.QUIT;
                        case UNKNOWN, BROKEN, CONTROL, BARE_CR -> Expects.FAULT;
                        default -> Expects.COMMAND;
                    });
            if (line == Line.DATA) {
                mode = Mode.AWAITING_354;
            } else if (line == Line.QUIT) {
                mode = Mode.SILENT;
            }
        }
        return wire.toString();
    }

    private void note(Line line) {
        switch (line) {
            case MAIL -> inTransaction = true;
            case RSET, EHLO -> {
                inTransaction = false;
                chunks = null;
            }
            default -> {}
        }
    }

    String chunk(String part, boolean last, Behind behind) {
        if (mode != Mode.COMMANDS || !inTransaction) {
            return "";
        }
        String octets = (chunks == null ? "message " + messages++ + "\r\n" : "") + part;
        chunks = chunks == null ? octets : chunks + octets;
        String wire = "BDAT " + octets.length() + (last ? " LAST\r\n" : "\r\n") + octets;
        if (!last) {
            expected.add(Expects.CHUNK);
            return wire;
        }
        ledger.sentInChunks(chunks);
        unconfirmed.add(chunks);
        expected.add(Expects.END_OF_DATA);
        chunks = null;
        inTransaction = false;
        return wire + behind(behind);
    }

    private String behind(Behind behind) {
        return switch (behind) {
            case NOTHING -> "";
            case QUIT -> group(List.of(Line.QUIT));
            case MAIL -> group(List.of(Line.MAIL, Line.RCPT, Line.DATA));
        };
    }

    String content(String more, boolean toItsEnd, Behind behind) {
        if (mode != Mode.CONTENT) {
            return "";
        }
        // Its first line tells a message from all others.
        String introduction = content.isEmpty() ? "message " + messages++ + "\r\n" : "";
        String all = content + introduction + more;
        int before = content.length();
        content = toItsEnd ? Ledger.ended(all) : Ledger.unended(all);
        String wire = content.substring(before);
        if (!toItsEnd) {
            return wire;
        }
        ledger.sent(content);
        unconfirmed.add(content);
        expected.add(Expects.END_OF_DATA);
        mode = Mode.COMMANDS;
        inTransaction = false;
        return wire + behind(behind);
    }

    void halfCloses() {
        mode = Mode.SILENT;
    }

    // What it reads

    void reads(Reply reply) {
        ledger.check(last == null, "%s after the last reply %s", reply, last);
        Expects what = expected.poll();
        boolean inContent = mode == Mode.CONTENT;
        if (reply.code() == 421 || what == null || reply.code() == 221) {
            last = reply;
            boolean said221 = reply.code() == 221;
            ledger.check(said221 || reply.code() == 421, "%s to nothing", reply);
            boolean forData = inContent || what == Expects.END_OF_DATA || what == Expects.CHUNK;
            ledger.check(!said221 || !forData, "%s for data", reply);
            ledger.check(!said221 || reply.lines().get(0).startsWith("2.0.0 "), "%s is no goodbye", reply);
            return;
        }
        switch (what) {
            case GREETING -> ledger.check(reply.code() == 220, "%s for a greeting", reply);
            case COMMAND -> ledger.check(reply.code() == 250 || reply.code() == 252, "%s to a command", reply);
            case FAULT -> ledger.check(reply.severity() == 5, "%s to a faulty line", reply);
            case QUIT -> ledger.check(false, "%s to QUIT", reply);
            case MAIL -> {
                relayed(reply, Stage.MAIL, 250, 250);
                // What it has sent behind it meanwhile, it has sent.
                inTransaction &= reply.isPositive() || !expected.isEmpty();
            }
            case RCPT -> relayed(reply, Stage.RCPT, 250, 252);
            case DATA -> {
                relayed(reply, Stage.DATA, 354, 354);
                if (mode != Mode.SILENT) {
                    mode = reply.code() == 354 ? Mode.CONTENT : Mode.COMMANDS;
                }
                content = "";
                inTransaction &= mode != Mode.SILENT;
            }
            case CHUNK -> ledger.check(reply.severity() != 3, "%s to a chunk", reply);
            case END_OF_DATA -> {
                String message = unconfirmed.remove();
                ledger.check(
                        reply.severity() != 2 || reply.code() == 250 && ledger.wasAccepted(message),
                        "%s for a message that no upstream took: %s",
                        reply,
                        message);
                relayed(reply, Stage.END_OF_DATA, 250, 250);
            }
        }
    }

    private void relayed(Reply reply, Stage stage, int from, int to) {
        if (reply.isPositive()) {
            ledger.check(reply.code() >= from && reply.code() <= to, "%s for %s", reply, stage);
            ledger.relayed(stage);
        }
    }

    // What may be asked

    boolean awaitsAnything() {
        return !expected.isEmpty() && last == null;
    }

    boolean awaitsGoodbye() {
        return expected.peek() == Expects.QUIT && last == null;
    }

    boolean mayCommand() {
        return mode == Mode.COMMANDS && last == null;
    }

    boolean hadItsLastReply() {
        return last != null;
    }
}
