package org.smtpgate.testkit.oauth;

/** The endpoint says no, with an error code of RFC 6749 section 5.2. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String error) {
        super(error, null, false, false);
    }
}
