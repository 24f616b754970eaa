package org.smtpgate.redis;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A Redis or Valkey server.
 *
 * @param tls whether to speak TLS; its certificate and name are verified then
 * @param trust PEM, the authorities to trust; null for the JVM's own
 * @param username null for the default user
 * @param password null for none
 * @param prefix what all keys begin with
 * @param timeout for connecting, and for each answer
 */
public record RedisSettings(
        String host,
        int port,
        int database,
        boolean tls,
        Path trust,
        String username,
        String password,
        String prefix,
        Duration timeout) {

    @Override
    public String toString() {
        return "RedisSettings[" + host + ":" + port + "/" + database + ", tls=" + tls + ", password=***]";
    }
}
