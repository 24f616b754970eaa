package org.smtpgate.passwords;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Judges what a client has submitted by what is stored, at equal cost whether there is such a user or not. */
public final class Judge {
    private Judge() {}

    /**
     * Whether this is the user's password. Blocks for as long as the hash takes.
     *
     * @param own what is stored for the user; empty when there is no such user
     * @param decoy what is checked in its place then, with the result thrown away
     */
    public static boolean password(
            Optional<? extends StoredHash> own, Optional<? extends StoredHash> decoy, String password) {
        if (PasswordRules.objection(password).isPresent()) {
            return false;
        }
        StoredHash checked = own.isPresent() ? own.get() : decoy.orElse(null);
        boolean matches = checked != null && checked.matches(password.getBytes(StandardCharsets.UTF_8));
        return matches && own.isPresent();
    }

    /**
     * Whether the answer to a challenge (CRAM-MD5) was made with the user's password, which can be said of a
     * {@link PlainPassword} alone: others are wrong.
     */
    public static boolean digest(Optional<? extends StoredHash> own, String challenge, String digest) {
        PlainPassword plain = own.orElse(null) instanceof PlainPassword stored ? stored : null;
        boolean answers = (plain == null ? PlainPassword.DECOY : plain).answers(challenge, digest);
        return answers && plain != null;
    }
}
