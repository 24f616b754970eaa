package org.smtpgate.proxy.guessing;

/**
 * Whose failed logins are counted together.
 *
 * @param key an address, a network or a login, as text
 */
public record Bucket(Kind kind, String key) {

    /** By what failed logins are counted. */
    public enum Kind {
        ADDRESS,
        NETWORK,
        LOGIN
    }
}
