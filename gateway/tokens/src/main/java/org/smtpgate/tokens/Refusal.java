package org.smtpgate.tokens;

/** Why a token is no good. */
public enum Refusal {
    /** It is none, or none that the backend knows. */
    MALFORMED,
    /** It is not signed, or by an algorithm that is not allowed. */
    ALGORITHM,
    /** No published key has signed it. */
    SIGNATURE,
    EXPIRED,
    NOT_YET_VALID,
    /** Somebody else has issued it. */
    ISSUER,
    /** It is meant for somebody else. */
    AUDIENCE,
    /** The user, or the client, was not granted what is asked for here. */
    SCOPE,
    /** The user belongs to an organisation that is not let in. */
    TENANT,
    /** It names no login, or not the one that was named beside it. */
    LOGIN,
    /** The server that issued it says so. */
    INACTIVE
}
