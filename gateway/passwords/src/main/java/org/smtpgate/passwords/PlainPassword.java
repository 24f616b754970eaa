package org.smtpgate.passwords;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * {@code {PLAIN}}: the password itself. CRAM-MD5 needs it, and whoever reads the store has it: nothing is weaker.
 */
public final class PlainPassword implements StoredHash {
    /** Of nobody. */
    static final PlainPassword DECOY = new PlainPassword("decoy");

    private final String password;

    private PlainPassword(String password) {
        this.password = password;
    }

    static StoredHash read(byte[] stored) throws UnusableHashException {
        String password = decoded(stored);
        var objection = PasswordRules.objection(password);
        if (objection.isPresent()) {
            throw new UnusableHashException("a {PLAIN} entry that lets nobody in: " + objection.get());
        }
        return new PlainPassword(password);
    }

    @Override
    public String kind() {
        return "plain";
    }

    @Override
    public boolean matches(byte[] submitted) {
        return MessageDigest.isEqual(submitted, password.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean quick() {
        return true;
    }

    /**
     * Whether this is the answer of one who knows the password (CRAM-MD5, RFC 2195).
     *
     * @param digest HMAC-MD5 of the challenge, in lower-case hex
     */
    public boolean answers(String challenge, String digest) {
        byte[] actual = new HmacUtils(HmacAlgorithms.HMAC_MD5, password.getBytes(StandardCharsets.UTF_8))
                .hmac(challenge.getBytes(StandardCharsets.UTF_8));
        return MessageDigest.isEqual(
                HexFormat.of().formatHex(actual).getBytes(StandardCharsets.US_ASCII),
                digest.getBytes(StandardCharsets.UTF_8));
    }

    String password() {
        return password;
    }

    private static String decoded(byte[] stored) throws UnusableHashException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(stored))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnusableHashException("a {PLAIN} password that is not valid UTF-8");
        }
    }
}
