package org.smtpgate.oauth2;

/** Why there is no token. */
public enum TokenFailure {
    /** The endpoint refuses this login's grant (RFC 6749 section 5.2): a refresh token that ended, an unknown subject. */
    GRANT_REFUSED,
    /** The endpoint does not know us: {@code invalid_client}. */
    CLIENT_REFUSED,
    /** The endpoint cannot be reached, gives no answer in time, fails, or does not speak OAuth 2.0. */
    UNAVAILABLE,
    /** It was not asked: too many wait for it already, or another process redeems the same refresh token. */
    OVERLOADED,
    /** No refresh token is stored for this login, or it cannot be read. */
    NOT_STORED
}
