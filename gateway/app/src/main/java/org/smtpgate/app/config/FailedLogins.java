package org.smtpgate.app.config;

import java.util.Optional;
import org.smtpgate.proxy.guessing.GuessingSettings;
import org.smtpgate.redis.RedisSettings;

/**
 * What failed logins lead to.
 *
 * @param redis where replicas count together; empty for each by itself
 */
public record FailedLogins(GuessingSettings settings, Optional<RedisSettings> redis) {}
