package org.smtpgate.passwords;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.smtpgate.auth.WorkQueue;

/** {@code $argon2id$}, {@code $argon2i$} and {@code $argon2d$} (RFC 9106), as PHC strings. */
final class Argon2Hash implements StoredHash {
    private static final Pattern FORMAT = Pattern.compile("\\$(argon2(?:id|i|d))(?:\\$v=(16|19))?"
            + "\\$m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})");
    private static final Map<String, Integer> TYPES = Map.of(
            "argon2id", Argon2Parameters.ARGON2_id,
            "argon2i", Argon2Parameters.ARGON2_i,
            "argon2d", Argon2Parameters.ARGON2_d);

    /** Each login takes this much heap while it is checked, and one for each worker is checked at a time. */
    private static final long MAX_MEMORY_KIB =
            Math.min(64 * 1024, Runtime.getRuntime().maxMemory() / 1024 / 2 / WorkQueue.CORES);

    private static final int MAX_ITERATIONS = 16;
    private static final int MAX_PARALLELISM = 16;

    private final String kind;
    private final Argon2Parameters parameters;
    private final byte[] hash;

    private Argon2Hash(String kind, Argon2Parameters parameters, byte[] hash) {
        this.kind = kind;
        this.parameters = parameters;
        this.hash = hash;
    }

    static StoredHash read(String text) throws UnusableHashException {
        Matcher phc = FORMAT.matcher(text);
        if (!phc.matches()) {
            throw new UnusableHashException("broken argon2 hash");
        }
        int parallelism = bounded("p", phc.group(5), 1, MAX_PARALLELISM);
        int memory = bounded("m", phc.group(3), 8L * parallelism, MAX_MEMORY_KIB);
        int iterations = bounded("t", phc.group(4), 1, MAX_ITERATIONS);
        Argon2Parameters parameters = new Argon2Parameters.Builder(TYPES.get(phc.group(1)))
                .withVersion(phc.group(2) == null ? Argon2Parameters.ARGON2_VERSION_10 : Integer.parseInt(phc.group(2)))
                .withMemoryAsKB(memory)
                .withIterations(iterations)
                .withParallelism(parallelism)
                .withSalt(decoded(phc.group(6)))
                .build();
        String kind = phc.group(1) + " m=" + memory + ",t=" + iterations + ",p=" + parallelism;
        return new Argon2Hash(kind, parameters, decoded(phc.group(7)));
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public boolean matches(byte[] password) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters);
        byte[] actual = new byte[hash.length];
        generator.generateBytes(password, actual);
        return MessageDigest.isEqual(actual, hash);
    }

    private static int bounded(String name, String digits, long min, long max) throws UnusableHashException {
        int value = Integer.parseInt(digits);
        if (value < min || value > max) {
            throw new UnusableHashException(
                    "argon2's " + name + " must be from " + min + " to " + max + " here, not " + value);
        }
        return value;
    }

    private static byte[] decoded(String base64) throws UnusableHashException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new UnusableHashException("broken base64 in an argon2 hash");
        }
    }
}
