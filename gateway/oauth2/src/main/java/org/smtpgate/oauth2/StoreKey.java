package org.smtpgate.oauth2;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The key that refresh tokens are encrypted with where they are stored: 256 bits, from a file. Immutable. */
public final class StoreKey {
    private static final int BYTES = 32;
    private static final int NAME_BYTES = 8;

    private final byte[] bytes;

    private StoreKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The key that a key file holds: 32 bytes, or their base64. Empty when that is something else. */
    public static Optional<StoreKey> of(byte[] content) {
        byte[] key = content.length == BYTES ? content.clone() : base64(content);
        return key.length == BYTES ? Optional.of(new StoreKey(key)) : Optional.empty();
    }

    /** Makes a key file of a new key, for its owner alone. Blocks. Never overwrites. */
    public static void create(Path file) throws KeyFileException {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        String line = Base64.getEncoder().encodeToString(key) + "\n";
        try {
            SecretFile.create(file, line.getBytes(StandardCharsets.US_ASCII));
        } catch (FileAlreadyExistsException e) {
            throw new KeyFileException(
                    "the file " + file + " exists; a key that tokens are stored with is not replaced");
        } catch (IOException e) {
            throw new KeyFileException("the key file " + file + " cannot be written: " + SecretFile.reason(e));
        }
    }

    private static byte[] base64(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1).strip();
        try {
            return (text.contains("-") || text.contains("_") ? Base64.getUrlDecoder() : Base64.getDecoder())
                    .decode(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    SecretKey secret() {
        return new SecretKeySpec(bytes, "AES");
    }

    /** What tells this key from another, and nothing of it. */
    String name() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, NAME_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "StoreKey[" + name() + "]";
    }
}
