package org.smtpgate.proxy.authn;

import java.time.Duration;
import org.smtpgate.proxy.guessing.Guesses;
import org.smtpgate.proxy.metrics.AuthMeters;

/**
 * What all exchanges of one {@link Authenticator} have in common.
 *
 * @param hostname what the gateway calls itself
 */
record LoginRules(String hostname, Duration timeout, Guesses guesses, AuthMeters meters) {}
