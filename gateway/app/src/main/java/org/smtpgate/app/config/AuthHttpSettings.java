package org.smtpgate.app.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A path of the admin server where an nginx asks, by its {@code auth_http}, who may log in.
 *
 * @param backends names of backends, asked in this order
 * @param server where nginx is to send who has logged in: an IP address and a port
 * @param from who may ask
 * @param secret what who asks has to say in {@code X-Auth-Key}; empty for nothing
 * @param secretFile where that stands; null for nowhere
 */
public record AuthHttpSettings(
        String path,
        List<String> backends,
        HostAndPort server,
        AdminSettings.ActionsFrom from,
        String secret,
        Path secretFile) {

    @Override
    public String toString() {
        return "AuthHttpSettings[" + path + "]";
    }
}
