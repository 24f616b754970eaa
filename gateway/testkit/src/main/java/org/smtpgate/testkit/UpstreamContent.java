package org.smtpgate.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Reads the content of one message after the other, by DATA or in chunks, at its pace and up to where a fault waits. */
final class UpstreamContent {
    private static final Duration FOREVER = Duration.ZERO;

    private final LineStream lines;
    private final UpstreamSettings settings;
    private final Script script;
    private final Voice voice;
    private ContentTap tap;
    private int occurrence;
    private Optional<Long> cut = Optional.empty();
    private int chunks;
    /** Of the chunk that is being read, what has not come. */
    private long left;

    private boolean last;

    UpstreamContent(LineStream lines, UpstreamSettings settings, Script script, Voice voice) {
        this.lines = lines;
        this.settings = settings;
        this.script = script;
        this.voice = voice;
    }

    /** Whether a message has begun. */
    boolean begun() {
        return tap != null;
    }

    /** Whether all of it has come. */
    boolean ended() {
        return tap != null && (chunks > 0 ? last && left == 0 : tap.ended());
    }

    ContentTap tap() {
        return tap;
    }

    /** In how many chunks it came; 0 for DATA. */
    int chunks() {
        return chunks;
    }

    void forget() {
        tap = null;
        chunks = 0;
        left = 0;
        last = false;
    }

    private void begin() {
        tap = new ContentTap(settings.keepContent());
        occurrence = script.reach(Stage.CONTENT);
        cut = script.contentCut(occurrence);
    }

    void readData() throws IOException, InterruptedException {
        begin();
        while (!tap.ended() && !voice.gone()) {
            read((bytes, from, to) -> tap.take(bytes, from, to));
        }
    }

    /** Reads the octets of a chunk. */
    void readChunk(long size, boolean isLast) throws IOException, InterruptedException {
        if (tap == null) {
            begin();
        }
        beginChunk(size, isLast);
        while (left > 0 && !voice.gone()) {
            read(this::takeOfChunk);
        }
    }

    private void beginChunk(long size, boolean isLast) {
        chunks++;
        left = size;
        last = isLast;
    }

    private int takeOfChunk(byte[] bytes, int from, int to) {
        int count = (int) Math.min(left, to - from);
        left -= count;
        tap.takeRaw(bytes, from, from + count);
        return count;
    }

    private void read(LineStream.Taker taker) throws IOException, InterruptedException {
        if (cut.isPresent() && tap.taken() >= cut.get()) {
            throw new Voice.Due(script.fault(Stage.CONTENT, occurrence).orElseThrow());
        }
        long room = cut.map(bytes -> bytes - tap.taken()).orElse(Long.MAX_VALUE);
        throttle(lines.take(FOREVER, (bytes, from, to) -> taker.take(bytes, from, limit(from, to, room))));
    }

    private int limit(int from, int to, long room) {
        long most = settings.contentRate() == 0 ? room : Math.min(room, Math.max(1, settings.contentRate() / 20));
        return from + (int) Math.min(to - from, most);
    }

    private void throttle(int bytes) throws InterruptedException {
        if (settings.contentRate() > 0) {
            TimeUnit.NANOSECONDS.sleep(bytes * 1_000_000_000L / settings.contentRate());
        }
    }

    /** Reads the octets of a chunk that has no place. */
    void passOver(long size) throws IOException {
        for (long rest = size; rest > 0; ) {
            long most = rest;
            rest -= lines.take(FOREVER, (bytes, from, to) -> (int) Math.min(most, to - from));
        }
    }

    /** Reads what there is, after a fault: of the content as far as it goes, and of anything else nothing. */
    void takeSilently() throws IOException {
        if (tap == null || chunks == 0) {
            lines.take(FOREVER, (bytes, from, to) -> tap == null ? to - from : tap.take(bytes, from, to));
        } else if (left > 0) {
            lines.take(FOREVER, this::takeOfChunk);
        } else {
            takeCommandSilently(lines.readLine(FOREVER).text());
        }
    }

    private void takeCommandSilently(String line) {
        String[] words = line.toUpperCase(Locale.ROOT).split(" ");
        if (words[0].equals("BDAT")) {
            beginChunk(Long.parseLong(words[1]), words.length > 2);
        }
    }
}
