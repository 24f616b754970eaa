package org.smtpgate.app.service;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.PasswordHasher;

/** The plugin that is built in, and those that the class path has, by name. */
public final class AuthPlugins {
    private AuthPlugins() {}

    public static Map<String, AuthPlugin> byName() {
        Map<String, AuthPlugin> plugins = new TreeMap<>();
        AuthPlugin builtIn = new UpstreamPlugin();
        plugins.put(builtIn.name(), builtIn);
        ServiceLoader.load(AuthPlugin.class).forEach(plugin -> plugins.put(plugin.name(), plugin));
        return plugins;
    }

    public static Map<String, PasswordHasher> hashersByScheme() {
        Map<String, PasswordHasher> hashers = new TreeMap<>();
        ServiceLoader.load(PasswordHasher.class).forEach(hasher -> hashers.put(hasher.scheme(), hasher));
        return hashers;
    }
}
