package org.smtpgate.auth.dovecot;

import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.ServerTls;
import org.smtpgate.auth.Settings;

/**
 * The settings of the plugin.
 *
 * @param server the auth socket, or where it listens on TCP
 * @param tls how to trust what stands before the server to encrypt the connection; Dovecot itself cannot
 * @param connectTimeout for connecting and the handshake together
 * @param answerTimeout how long the server may think about one message of a client
 * @param maxRequests how many logins may be under way at a time
 * @param parameters what the server is told of clients
 */
record DovecotConfig(
        SocketAddress server,
        Optional<ServerTls> tls,
        Duration connectTimeout,
        Duration answerTimeout,
        int maxRequests,
        AuthParameters parameters) {
    /** The length of sun_path, without its NUL. */
    private static final int MAX_SOCKET_PATH = 107;

    private static final int DEFAULT_REQUESTS = 1000;
    private static final int MAX_REQUESTS = 100_000;
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration DEFAULT_CONNECT = Duration.ofSeconds(3);
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    /** Dovecot lets an address that has guessed wait for up to 15 s, and refusals for 2 s more. */
    private static final Duration DEFAULT_ANSWER = Duration.ofSeconds(20);

    /** With a connection made before it, still less than the half minute that the gateway gives a login. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(24);

    /** @throws AuthConfigException for the first setting that is unknown, missing or bad */
    static DovecotConfig from(AuthContext context, JsonObject section) {
        Settings settings = new Settings(context, section);
        DovecotConfig config = new DovecotConfig(
                server(settings),
                tls(settings),
                settings.duration("connect-timeout", DEFAULT_CONNECT, SHORTEST, LONGEST_CONNECT),
                settings.duration("answer-timeout", DEFAULT_ANSWER, SHORTEST, LONGEST_ANSWER),
                settings.number("max-requests", DEFAULT_REQUESTS, 1, MAX_REQUESTS),
                new AuthParameters(
                        service(settings),
                        settings.flag("penalty", true),
                        settings.choice("certificate-name", CertificateName.COMMON_NAME)));
        settings.end();
        return config;
    }

    private static SocketAddress server(Settings settings) {
        Optional<Path> socket = settings.optionalPath("socket");
        Optional<String> address = settings.optionalText("address");
        if (socket.isPresent() == address.isPresent()) {
            throw settings.wrong(
                    "socket",
                    socket.isPresent()
                            ? "stands beside address; leave out one of them"
                            : "is required, such as /run/dovecot/auth-client; or address, such as auth.internal:12345");
        }
        return socket.map(path -> unix(settings, path)).orElseGet(() -> tcp(settings, address.orElseThrow()));
    }

    private static Optional<ServerTls> tls(Settings settings) {
        if (!settings.has("tls")) {
            return Optional.empty();
        }
        if (settings.has("socket")) {
            throw settings.wrong("tls", "is for address; what a socket is told does not leave the machine");
        }
        return Optional.of(ServerTls.of(settings));
    }

    private static SocketAddress unix(Settings settings, Path path) {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
            throw settings.wrong("socket", "must be the path of a socket in at most " + MAX_SOCKET_PATH + " octets");
        }
        return SocketAddress.domainSocketAddress(path.toString());
    }

    private static SocketAddress tcp(Settings settings, String text) {
        try {
            URI uri = new URI("tcp://" + text);
            boolean complete = uri.getHost() != null && uri.getPort() > 0 && uri.getPort() < 65_536;
            if (complete && uri.getUserInfo() == null && text.equals(uri.getAuthority())) {
                // The brackets of an IPv6 address are not part of it.
                return SocketAddress.inetSocketAddress(
                        uri.getPort(), uri.getHost().replaceAll("[\\[\\]]", ""));
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw settings.wrong("address", "must be host:port, such as auth.internal:12345 or \"[2001:db8::1]:12345\"");
    }

    private static String service(Settings settings) {
        String service = settings.optionalText("service").orElse("smtp");
        if (!SERVICE.matcher(service).matches()) {
            throw settings.wrong("service", "must be a name of letters, digits, - and _, such as submission");
        }
        return service;
    }
}
