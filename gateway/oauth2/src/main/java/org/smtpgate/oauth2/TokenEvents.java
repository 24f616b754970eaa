package org.smtpgate.oauth2;

import java.time.Duration;
import java.util.Optional;

/** What an owner may count and log. Called on any thread; must not block. Nothing that is told holds a secret. */
public interface TokenEvents {
    TokenEvents NONE = new TokenEvents() {};

    /** The endpoint was asked. {@code failure} is empty when it gave a token. */
    default void requested(Optional<TokenFailure> failure, Duration took) {}

    /** A token was handed out. {@code held} is false when the caller had to wait for it. */
    default void served(boolean held) {}

    /** No token could be fetched. With {@code oldServes} none who asked has noticed yet. */
    default void failed(String account, TokenException why, boolean oldServes) {}

    /** An upstream refused a token of this account. */
    default void refused(String account) {}

    /**
     * The endpoint gave a new refresh token and it could not be stored: it is kept in memory, storing it is tried
     * again, and it is lost with the process.
     */
    default void unsaved(String account, String why) {}
}
