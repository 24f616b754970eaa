package org.smtpgate.testkit.oauth;

/** What a {@link TokenEndpoint} does with a request. */
public enum Behaviour {
    /** What RFC 6749 says. */
    ANSWER,
    /** 400 with {@code invalid_grant}, and the request's secrets in the description, whole and in part. */
    REFUSE,
    /** 401 with {@code invalid_client}. */
    REFUSE_CLIENT,
    /** 503 with a page for people. */
    FAIL,
    /** 429 with {@code Retry-After: 120}. */
    THROTTLE,
    /** Reads the request and says nothing. */
    HANG,
    /** A byte now and then, and never the last. */
    TRICKLE,
    /** 200 with something that is no JSON. */
    GARBAGE,
    /** 200 with megabytes of JSON. */
    HUGE,
    /** Closes the connection in place of an answer. */
    DROP,
    /** 307 to where a secret should not go. */
    REDIRECT
}
