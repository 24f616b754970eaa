package org.smtpgate.passwords;

import java.util.Base64;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.smtpgate.auth.PasswordHasher;

/** Makes {@code $argon2id$} entries with the least cost that OWASP advises: 19 MiB of memory, two passes. */
public final class Argon2Hasher implements PasswordHasher {
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int ITERATIONS = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final int memoryKib;

    public Argon2Hasher() {
        this(MEMORY_KIB);
    }

    Argon2Hasher(int memoryKib) {
        this.memoryKib = memoryKib;
    }

    @Override
    public String scheme() {
        return "argon2";
    }

    @Override
    public String hash(String password) {
        byte[] bytes = PasswordRules.utf8(password);
        byte[] salt = Salts.bytes(SALT_BYTES);
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(ITERATIONS)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[HASH_BYTES];
        generator.generateBytes(bytes, hash);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + ITERATIONS + ",p=1$" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(hash);
    }
}
