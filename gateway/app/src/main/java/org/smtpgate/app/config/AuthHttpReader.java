package org.smtpgate.app.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.smtpgate.app.config.AdminSettings.ActionsFrom;
import org.smtpgate.proxy.dns.Literals;

/** Reads {@code admin.auth-http}. */
final class AuthHttpReader {
    private static final Pattern PATH = Pattern.compile("/auth(?:/[A-Za-z0-9._~-]+)*");
    private static final HostAndPort NO_SERVER = new HostAndPort("", 0);

    private AuthHttpReader() {}

    /** @param known the backends that there are; null when their section is mistaken itself */
    static List<AuthHttpSettings> readAll(Section admin, Map<String, GatewayConfig.Backend> known) {
        List<AuthHttpSettings> all = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (Section section : admin.sections("auth-http")) {
            AuthHttpSettings read = read(section, known);
            if (!read.path().isEmpty() && !paths.add(read.path())) {
                section.problem("path", "another one has the path " + read.path() + "; each needs its own");
            }
            all.add(read);
        }
        return all;
    }

    private static AuthHttpSettings read(Section section, Map<String, GatewayConfig.Backend> known) {
        section.require("path", "/auth/staff");
        String path = section.value("path", "", AuthHttpReader::path);
        section.require("backends", "[ staff ]");
        List<String> backends = List.copyOf(new LinkedHashSet<>(section.texts("backends")));
        section.require("server", "127.0.0.1:10025");
        HostAndPort server = section.value("server", NO_SERVER, AuthHttpReader::server);
        ActionsFrom from = section.choice("from", ActionsFrom.LOOPBACK, Names::of);
        Path secretFile = section.file("secret-file");
        String secret = secretFile == null ? "" : SecretFiles.secret(section, "secret-file", secretFile);
        section.end();
        if (section.isEmptyList("backends")) {
            section.problem("backends", "needs at least one backend");
        }
        for (String name : backends) {
            if (known != null && !known.containsKey(name)) {
                section.problem("backends", "there is no backend " + name + "; " + References.thereAre(known.keySet()));
            } else if (known != null && known.get(name).plugin().equals(GatewayConfig.Backend.UPSTREAM)) {
                section.problem("backends", name + " asks the upstream of a session, and here is none; name another");
            }
        }
        if (from == ActionsFrom.ANYWHERE && secretFile == null) {
            section.problem(
                    "from", "anywhere needs secret-file: else whoever reaches the port could try passwords out");
        }
        return new AuthHttpSettings(path, backends, server, from, secret, secretFile);
    }

    private static String path(String text) {
        if (!PATH.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "must be a path that begins with /auth, such as /auth/staff, not " + text);
        }
        return text;
    }

    /** nginx looks up no names here. */
    private static HostAndPort server(String text) {
        HostAndPort server = HostAndPort.parseRemote(text);
        if (!Literals.isAddress(server.host())) {
            throw new IllegalArgumentException("must be an IP address and a port, as nginx takes no name, not " + text);
        }
        return server;
    }
}
