package org.smtpgate.auth;

import io.vertx.core.json.JsonObject;

/**
 * A kind of authentication backend, found by {@link java.util.ServiceLoader} and named in the configuration
 * ({@code plugin: htpasswd}).
 */
public interface AuthPlugin {

    /** The name that the configuration uses, lower case. */
    String name();

    /**
     * Builds a backend from its section of the configuration. Called once per section at start, on a thread that may
     * block.
     *
     * @param context the surroundings: Vert.x and the folder that relative paths are relative to
     * @param settings the section, without the key {@code plugin}
     * @throws AuthConfigException for an unknown, missing or bad setting; nothing is left open behind it
     */
    AuthBackend create(AuthContext context, JsonObject settings);
}
