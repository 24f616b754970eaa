package org.smtpgate.proxy.guessing;

import java.time.Duration;

/**
 * How many failed logins are let pass.
 *
 * @param failures so many at once
 * @param within so long it takes until all of them are forgotten; they are forgotten one by one
 */
public record Allowance(int failures, Duration within) {}
