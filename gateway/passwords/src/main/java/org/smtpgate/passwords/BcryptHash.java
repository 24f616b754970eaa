package org.smtpgate.passwords;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** {@code $2y$}, and {@code $2a$} and {@code $2b$}, which differ from it only in the bugs of old libraries. */
final class BcryptHash implements StoredHash {
    /** Bcrypt looks at no more; a longer password could be guessed by its beginning, so none is accepted. */
    static final int MAX_PASSWORD_BYTES = 72;

    private static final Pattern FORMAT = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
    private static final int MIN_COST = 4;

    // About 5 s; each step doubles it.
    private static final int MAX_COST = 16;

    private final String text;
    private final int cost;

    private BcryptHash(String text, int cost) {
        this.text = text;
        this.cost = cost;
    }

    static StoredHash read(String text) throws UnusableHashException {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            throw new UnusableHashException("broken bcrypt hash");
        }
        int cost = Integer.parseInt(matcher.group(1));
        if (cost < MIN_COST || cost > MAX_COST) {
            throw new UnusableHashException(
                    "bcrypt cost must be from " + MIN_COST + " to " + MAX_COST + ", not " + cost);
        }
        return new BcryptHash(text, cost);
    }

    @Override
    public String kind() {
        return "bcrypt cost " + cost;
    }

    @Override
    public boolean matches(byte[] password) {
        boolean fits = password.length <= MAX_PASSWORD_BYTES;
        byte[] looked = fits ? password : Arrays.copyOf(password, MAX_PASSWORD_BYTES);
        return OpenBSDBCrypt.checkPassword(text, looked) && fits;
    }
}
