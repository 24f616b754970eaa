package org.smtpgate.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.smtpgate.proxy.guessing.GuessingSettings;

/**
 * What failed logins lead to.
 *
 * @param shared where replicas count together; empty for each by itself
 */
public record FailedLogins(GuessingSettings settings, Optional<Shared> shared) {

    /**
     * A Redis or Valkey server.
     *
     * @param trust null for the JVM's own authorities
     * @param username empty for the default user
     * @param password empty for none
     */
    public record Shared(
            HostAndPort address,
            int database,
            boolean tls,
            Path trust,
            String username,
            String password,
            String prefix,
            Duration timeout) {
        @Override
        public String toString() {
            return "Shared[" + address + ", password=***]";
        }
    }
}
