package org.smtpgate.auth.htpasswd;

/** A file that cannot be used; the message names file and line, and quotes no hash. */
final class HtpasswdFileException extends Exception {
    private static final long serialVersionUID = 1L;

    HtpasswdFileException(String message) {
        super(message);
    }
}
