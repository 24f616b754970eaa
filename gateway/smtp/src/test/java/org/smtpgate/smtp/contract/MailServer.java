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
    private final boolean pipelining;
    private final Deque<Stage> owes = new ArrayDeque<>();
    private final StringBuilder content = new StringBuilder();
    private boolean reading;
    private String message;
    private String unfinished = "";
    private boolean understood = true;

    MailServer(Ledger ledger, boolean pipelining) {
        this.ledger = ledger;
        this.pipelining = pipelining;
        owes.add(Stage.GREETING);
    }

    void command(byte[] bytes) {
        for (String line : Octets.text(bytes).split("\r\n")) {
            ledger.check(!reading, "a command in the content: %s", line);
            owes.add(Stage.valueOf(line.split(" ")[0]));
        }
    }

    void content(String bytes) {
        ledger.check(reading, "content that nobody asked for: %s", bytes);
        content.append(bytes);
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
            case EHLO -> pipelining ? "250-mx\r\n250 PIPELINING\r\n" : "250 mx\r\n";
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
        if (stage == Stage.END_OF_DATA && code == 250) {
            ledger.accepted(message);
        }
    }
}
