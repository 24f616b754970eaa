package org.smtpgate.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes message data, up to exactly CRLF.CRLF or as it is told, and keeps a digest, the beginning, and on demand all of it. */
final class ContentTap {
    private static final Pattern ID = Pattern.compile("(?mi)^X-Test-Id:[ \t]*([^\r\n]*?)[ \t]*\r?$");
    private static final int HEAD_BYTES = 8 * 1024;
    private static final byte[] HELD_BACK = {'.', '\r'};

    private enum State {
        LINE_START,
        TEXT,
        CR,
        DOT,
        DOT_CR,
        END
    }

    private final MessageDigest digest = sha256();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final int keptMost;
    private State state = State.LINE_START;
    private boolean bareNewline;
    private long size;
    private long taken;

    ContentTap(boolean keepAll) {
        keptMost = keepAll ? Integer.MAX_VALUE : HEAD_BYTES;
    }

    boolean ended() {
        return state == State.END;
    }

    boolean bareNewline() {
        return bareNewline;
    }

    /** Content bytes that are known not to belong to the end of data. */
    long size() {
        return size;
    }

    /** All bytes used, those of the end of data included. */
    long taken() {
        return taken;
    }

    byte[] content() {
        return keptMost == HEAD_BYTES ? new byte[0] : kept.toByteArray();
    }

    String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }

    String testId() {
        Matcher matcher = ID.matcher(kept.toString(StandardCharsets.UTF_8));
        return matcher.find() ? matcher.group(1) : "";
    }

    /** Uses bytes up to the end of data, and says how many. */
    int take(byte[] bytes, int from, int to) {
        int heldBefore = held();
        int i = from;
        while (i < to && state != State.END) {
            state = next(bytes[i++]);
        }
        int fresh = i - from;
        pass(bytes, from, heldBefore, heldBefore + fresh - held());
        taken += fresh;
        return fresh;
    }

    /** Uses all of these bytes, which have no framing. */
    void takeRaw(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            boolean crlf = bytes[i] == '\n' && state == State.CR;
            bareNewline |= !crlf && (bytes[i] == '\n' || state == State.CR);
            state = bytes[i] == '\r' ? State.CR : State.TEXT;
        }
        pass(bytes, from, to - from);
        taken += to - from;
    }

    /** Passes on the first {@code count} of: the bytes held back, then the fresh ones. */
    private void pass(byte[] bytes, int from, int heldBefore, int count) {
        int old = Math.min(heldBefore, count);
        pass(HELD_BACK, 0, old);
        pass(bytes, from, count - old);
    }

    private void pass(byte[] bytes, int from, int count) {
        digest.update(bytes, from, count);
        kept.write(bytes, from, Math.min(count, keptMost - kept.size()));
        size += count;
    }

    /** How many of the bytes seen last may belong, or do belong, to the end of data. */
    private int held() {
        return switch (state) {
            case DOT -> 1;
            case DOT_CR -> 2;
            case END -> 3;
            default -> 0;
        };
    }

    private State next(byte b) {
        boolean afterCr = state == State.CR || state == State.DOT_CR;
        if (b == '\n' && afterCr) {
            return state == State.DOT_CR ? State.END : State.LINE_START;
        }
        bareNewline |= afterCr || b == '\n';
        if (b == '\r') {
            return state == State.DOT ? State.DOT_CR : State.CR;
        }
        return b == '.' && state == State.LINE_START ? State.DOT : State.TEXT;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
