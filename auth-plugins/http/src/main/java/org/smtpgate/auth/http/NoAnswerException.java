package org.smtpgate.auth.http;

/** Nothing came back from a service: another one may be asked without harm. */
final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String reason) {
        super(reason, null, false, false);
    }

    static NoAnswerException because(Throwable cause) {
        String words = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new NoAnswerException(words.replaceAll("\\p{Cntrl}+", " "));
    }
}
