package org.smtpgate.oauth2;

import java.nio.file.Path;

/** A stored refresh token cannot be read or written. Its message names the file and holds nothing of what is in it. */
public final class TokenStoreException extends Exception {
    private static final long serialVersionUID = 1L;

    TokenStoreException(Path file, String what) {
        super("the token file " + file + " " + what, null, false, false);
    }
}
