package org.smtpgate.sasl;

import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * What a mechanism uses of the world around its exchange.
 *
 * @param hostname what the server calls itself
 * @param random where challenges come from that nobody can predict
 * @param bindings those of the client's connection
 * @param bindingOffered whether the client was offered a mechanism that binds the channel: one that could have used it and
 *     says that it was not, has been deceived by whoever stands between (RFC 5802 section 6)
 */
public record Surroundings(
        String hostname, SecureRandom random, InstantSource clock, ChannelBindings bindings, boolean bindingOffered) {}
