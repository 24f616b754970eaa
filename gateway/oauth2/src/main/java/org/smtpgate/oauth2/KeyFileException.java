package org.smtpgate.oauth2;

/** A key file cannot be made. Its message names the file, and holds nothing of what is in it. */
public final class KeyFileException extends Exception {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message) {
        super(message, null, false, false);
    }
}
