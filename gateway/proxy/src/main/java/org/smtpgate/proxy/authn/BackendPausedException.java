package org.smtpgate.proxy.authn;

/** A backend has failed so often in a row that it is not asked for a while. */
final class BackendPausedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackendPausedException(int failures) {
        super("it failed " + failures + " times in a row and is left alone for a while", null, false, false);
    }

    @Override
    public String toString() {
        return getMessage();
    }
}
