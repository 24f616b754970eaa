package org.smtpgate.auth;

import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * What a plugin may use while it builds a backend.
 *
 * @param vertx the gateway's Vert.x
 * @param folder the folder of the configuration file
 */
public record AuthContext(Vertx vertx, Path folder) {

    /** A path of the configuration, made absolute. */
    public Path resolve(String path) {
        return folder.resolve(path).toAbsolutePath().normalize();
    }
}
