package org.smtpgate.app.service;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.smtpgate.app.config.ConfigException;
import org.smtpgate.app.config.ConfigFile;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.downstream.ListenerSettings;

/**
 * A configuration with its authentication backends: all that a gateway is built from, and known to be right.
 *
 * @param backends by their configured names; open, so to be closed
 * @param warnings what is no mistake, but should be looked at; each with file, line and key
 */
public record Assembly(GatewayConfig config, Map<String, AuthBackend> backends, List<String> warnings) {

    /**
     * Reads the file and opens its backends. Blocks.
     *
     * @param variables the environment; gives null for what is not set
     * @throws ConfigException with every mistake; nothing is left open behind it
     */
    public static Assembly of(Vertx vertx, Path file, UnaryOperator<String> variables) {
        return of(vertx, ConfigFile.open(file, variables));
    }

    /**
     * Opens the backends of a file that has been read. Blocks.
     *
     * @throws ConfigException with every mistake; nothing is left open behind it, or behind what else a plugin throws
     */
    static Assembly of(Vertx vertx, ConfigFile.Opened opened) {
        return of(vertx, opened, AuthPlugins.byName());
    }

    static Assembly of(Vertx vertx, ConfigFile.Opened opened, Map<String, AuthPlugin> plugins) {
        Map<String, AuthBackend> backends = new LinkedHashMap<>();
        Assembly assembly = new Assembly(opened.config(), backends, opened.warnings());
        try {
            open(new AuthContext(vertx, opened.folder()), opened, plugins, backends);
            checkMechanisms(opened, backends);
            opened.check();
        } catch (RuntimeException e) {
            assembly.close();
            throw e;
        }
        return assembly;
    }

    private static void open(
            AuthContext context,
            ConfigFile.Opened opened,
            Map<String, AuthPlugin> plugins,
            Map<String, AuthBackend> backends) {
        opened.config().backends().forEach((name, section) -> {
            AuthPlugin plugin = plugins.get(section.plugin());
            if (plugin == null) {
                if (!section.plugin().isEmpty()) {
                    String known = String.join(", ", plugins.keySet());
                    opened.backendProblem(
                            name, "plugin", "there is no plugin " + section.plugin() + "; there are: " + known);
                }
                return;
            }
            try {
                backends.put(name, plugin.create(context, new JsonObject(section.settings())));
            } catch (AuthConfigException e) {
                opened.backendProblem(name, e.key(), e.getMessage());
            }
        });
    }

    /** Whether the mechanisms that a listener names can be served, its backends alone know. */
    private static void checkMechanisms(ConfigFile.Opened opened, Map<String, AuthBackend> backends) {
        List<GatewayConfig.Listener> listeners = opened.config().listeners();
        for (int i = 0; i < listeners.size(); i++) {
            ListenerSettings.Auth auth = listeners.get(i).settings().auth();
            boolean allOpen = backends.keySet().containsAll(auth.backends());
            List<AuthBackend> asked = auth.backends().stream()
                    .map(backends::get)
                    .filter(Objects::nonNull)
                    .toList();
            for (String mechanism : auth.mechanisms()) {
                if (allOpen && !asked.isEmpty() && !Authenticator.mayServe(mechanism, asked)) {
                    opened.listenerAuthProblem(
                            i,
                            "mechanisms",
                            "no backend of this listener can serve " + mechanism + "; they can serve: "
                                    + String.join(", ", Authenticator.servable(asked)));
                }
            }
        }
    }

    public Future<Void> close() {
        List<Future<Void>> closed =
                backends.values().stream().map(AuthBackend::close).toList();
        return Future.join(closed).mapEmpty();
    }
}
