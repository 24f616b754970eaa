package org.smtpgate.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Bytes for tests: from and to text of one character an octet, cut into pieces, and made up. */
public final class Octets {
    private Octets() {}

    public static byte[] of(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(of(text));
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** What remains in the buffer, which is left as it is. */
    public static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }

    /** The bytes in pieces of these sizes, over and over. */
    public static List<ByteBuffer> cut(byte[] bytes, List<Integer> sizes) {
        List<ByteBuffer> pieces = new ArrayList<>();
        int at = 0;
        for (int i = 0; at < bytes.length; i++) {
            int size = Math.min(sizes.get(i % sizes.size()), bytes.length - at);
            pieces.add(ByteBuffer.wrap(bytes, at, size).slice());
            at += size;
        }
        return pieces;
    }

    /** Sizes for {@link #cut}: mostly small, since faults hide at the borders. */
    public static Arbitrary<List<Integer>> sizes() {
        return Arbitraries.integers().between(1, 12).list().ofMinSize(1).ofMaxSize(8);
    }

    /** Any bytes whatsoever. */
    public static Arbitrary<byte[]> any() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    }

    /** Bytes of which most mean something at the border of two lines. */
    public static Arbitrary<byte[]> bordering() {
        return Arbitraries.frequencyOf(
                        Tuple.of(6, Arbitraries.of("\r\n", "\r\n.", ".\r\n", "\r\n.\r\n")),
                        Tuple.of(4, Arbitraries.of("\r", "\n", ".", "\0", "\r\r", "\n\n")),
                        Tuple.of(2, Arbitraries.of("a", "..", "a line that is longer than a word")))
                .list()
                .ofMaxSize(24)
                .map(parts -> of(String.join("", parts)));
    }
}
