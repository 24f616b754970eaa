package org.smtpgate.it.auth;

import org.smtpgate.it.fixture.GatewaySetup;

/** Whom a backend knows, with a password or token that is right, and one that is wrong. */
record TableAccount(String user, String right, String wrong) {
    static final String WRONG = "Zq9-wrong-battery";

    /** The one login that most know, and its password. */
    static TableAccount usual() {
        return withPassword(GatewaySetup.USER);
    }

    static TableAccount withPassword(String user) {
        return new TableAccount(user, GatewaySetup.PASSWORD, WRONG);
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return user;
    }
}
