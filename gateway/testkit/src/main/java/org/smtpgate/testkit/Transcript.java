package org.smtpgate.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines that went over a connection, for the messages of failed assertions. */
final class Transcript {
    private static final int LINES_KEPT = 200;
    private static final int CHARACTERS_SHOWN = 200;

    private final Deque<String> lines = new ArrayDeque<>();
    private long dropped;

    synchronized void sent(String text) {
        add("C: ", text);
    }

    synchronized void received(String text) {
        add("S: ", text);
    }

    synchronized void note(String text) {
        add("-- ", text);
    }

    synchronized void sent(byte[] bytes) {
        int shown = Math.min(bytes.length, CHARACTERS_SHOWN);
        String text = new String(bytes, 0, shown, StandardCharsets.UTF_8);
        add("C: ", "(" + bytes.length + " bytes) " + text.replace("\r", "\\r").replace("\n", "\\n"));
    }

    private void add(String who, String text) {
        if (lines.size() == LINES_KEPT) {
            lines.removeFirst();
            dropped++;
        }
        lines.add(who + (text.length() <= CHARACTERS_SHOWN ? text : text.substring(0, CHARACTERS_SHOWN) + "…"));
    }

    @Override
    public synchronized String toString() {
        String head = dropped == 0 ? "" : "(" + dropped + " lines before)\n";
        return head + String.join("\n", lines);
    }
}
