package org.smtpgate.auth.sql;

import java.util.Optional;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.passwords.Decoy;
import org.smtpgate.passwords.StoredHash;
import org.smtpgate.passwords.StoredHashes;
import org.smtpgate.passwords.UnusableHashException;

/** Reads the column {@code password}, and remembers what most users have in it. Safe for any thread. */
class Stored {
    private final Optional<String> defaultScheme;
    private final Decoy decoy;

    /**
     * @param defaultScheme of what names none
     * @param first what an unknown user costs until the first known one was seen
     */
    Stored(Optional<String> defaultScheme, StoredHash first) {
        this.defaultScheme = defaultScheme;
        this.decoy = new Decoy(Optional.of(first));
    }

    /** @throws UndecidableLoginException for what is no stored password: nobody can tell then whether one is right */
    final Optional<StoredHash> hash(Optional<Row> row) {
        Optional<String> text = row.flatMap(Row::password);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            StoredHash hash = read(text.get());
            decoy.saw(hash);
            return Optional.of(hash);
        } catch (UnusableHashException unusable) {
            throw new UndecidableLoginException("the column password holds " + unusable.getMessage());
        }
    }

    final Optional<StoredHash> decoy() {
        return decoy.hash();
    }

    StoredHash read(String text) throws UnusableHashException {
        return defaultScheme.isPresent() ? StoredHashes.read(text, defaultScheme.get()) : StoredHashes.read(text);
    }
}
