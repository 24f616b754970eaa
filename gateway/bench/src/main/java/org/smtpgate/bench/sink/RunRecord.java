package org.smtpgate.bench.sink;

import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** What came of one run of the driver. Used on the sink's event loop alone. */
final class RunRecord {
    /** More numbers than any run has; one beyond it is corruption. */
    static final int NUMBERS_MAX = 10_000_000;

    private final BitSet received = new BitSet();
    private int messages;
    private int doubled;
    private int corrupt;
    private long lastMillis;

    void intact(int number) {
        messages++;
        if (number >= NUMBERS_MAX) {
            corrupt++;
        } else if (received.get(number)) {
            doubled++;
        } else {
            received.set(number);
        }
        lastMillis = System.currentTimeMillis();
    }

    void corrupt() {
        corrupt++;
    }

    /** For JSON. {@code received} is a bit for each number, as {@link BitSet#toByteArray()} has it, in base64. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("messages", messages);
        map.put("doubled", doubled);
        map.put("corrupt", corrupt);
        map.put("lastMillis", lastMillis);
        map.put("received", Base64.getEncoder().encodeToString(received.toByteArray()));
        return map;
    }
}
