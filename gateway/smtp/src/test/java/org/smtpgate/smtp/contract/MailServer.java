package org.smtpgate.smtp.contract;

import java.util.ArrayDeque;
import java.util.Deque;
import org.smtpgate.smtp.Octets;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.wire.NaiveScanner;

/**
 * The model of an upstream: reads what the gateway puts on the wire, and keeps its own account of what it owes. Shares
 * no code with the gateway, so that the gateway's account can be held against it.
 */
final class MailServer {
    private final Ledger ledger;
    private final Kind kind;
    private final Deque<Stage> owes = new ArrayDeque<>();
    private final StringBuilder content = new StringBuilder();
    private boolean reading;
    /** Of the chunk that is being read, what has not come; -1 when none is. */
    private long left = -1;

    private boolean lastChunk;
    private boolean chunkRefused;
    private String message;
    private String unfinished = "";
    private boolean understood = true;

    /** What it can do. */
    record Kind(boolean pipelining, boolean chunking) {}

    MailServer(Ledger ledger, Kind kind) {
        this.ledger = ledger;
        this.kind = kind;
        owes.add(Stage.GREETING);
    }

    void command(byte[] bytes) {
        for (String line : Octets.text(bytes).split("\r\n")) {
            ledger.check(!reading && left < 0, "a command in the content: %s", line);
            ledger.check(kind.pipelining() || owes.isEmpty(), "%s before the reply to the last command", line);
            String[] words = line.split(" ");
            if (words[0].equals("BDAT")) {
                ledger.check(kind.chunking(), "BDAT for a server without CHUNKING");
                ledger.check(!chunkRefused, "a chunk behind one that was refused");
                left = Long.parseLong(words[1]);
                lastChunk = words.length > 2;
            } else {
                owes.add(Stage.valueOf(words[0]));
            }
        }
    }

    void content(String bytes) {
        content.append(bytes);
        if (left >= 0) {
            chunk(bytes);
            return;
        }
        ledger.check(reading, "content that nobody asked for: %s", bytes);
        int end = NaiveScanner.endOf(Octets.of(content.toString()));
        if (end >= 0) {
            ledger.check(end == content.length(), "bytes behind the end of the data: %s", content);
            reading = false;
            message = content.toString();
            content.setLength(0);
            ledger.arrived(message);
            owes.add(Stage.END_OF_DATA);
        }
    }

    private void chunk(String bytes) {
        left -= bytes.length();
        ledger.check(left >= 0, "bytes behind the end of the chunk: %s", content);
        if (left > 0) {
            return;
        }
        left = -1;
        owes.add(lastChunk ? Stage.END_OF_DATA : Stage.BDAT);
        if (lastChunk) {
            message = content.toString();
            content.setLength(0);
            ledger.arrivedInChunks(message);
        }
    }

    boolean owesAnything() {
        return !owes.isEmpty();
    }

    /** What it should say next; empty when it owes nothing. */
    String rightAnswer() {
        Stage stage = owes.peek();
        if (stage == null) {
            return "";
        }
        return switch (stage) {
            case GREETING -> "220-mx\r\n220 hello\r\n";
            case EHLO ->
                "250-mx\r\n"
                        + (kind.pipelining() ? "250-PIPELINING\r\n" : "")
                        + (kind.chunking() ? "250-CHUNKING\r\n" : "")
                        + "250 HELP\r\n";
            case DATA -> "354 go\r\n";
            case QUIT -> "221 bye\r\n";
            default -> "250 ok\r\n";
        };
    }

    /** Notes what is about to be said: each line with a blank behind its code ends a reply. */
    String says(String wire) {
        unfinished += wire;
        for (int end = unfinished.indexOf('\n'); end >= 0; end = unfinished.indexOf('\n')) {
            line(unfinished.substring(0, end));
            unfinished = unfinished.substring(end + 1);
        }
        return wire;
    }

    private void line(String line) {
        understood &= line.matches("[2-5][0-9][0-9][ -].*\r");
        if (!understood || line.charAt(3) == '-') {
            return;
        }
        Stage stage = owes.poll();
        int code = Integer.parseInt(line.substring(0, 3));
        ledger.said(stage, code);
        reading = stage == Stage.DATA && code == 354;
        chunkRefused |= stage == Stage.BDAT && code != 250;
        if (stage == Stage.END_OF_DATA && code == 250) {
            ledger.accepted(message);
        }
    }
}
