package org.smtpgate.testkit.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.smtpgate.testkit.TestIdentity;

/**
 * A token endpoint that checks what it is sent and gives out opaque tokens (RFC 6749, RFC 7523): client credentials,
 * refresh tokens, and assertions of service accounts. Listens on loopback; safe for any thread.
 */
public final class TokenEndpoint implements AutoCloseable {
    private static final int THREADS = 16;
    private static final String PATH = "/oauth2/token";
    private static final Duration UNSTATED = Duration.ofHours(1);

    private final HttpServer server;
    private final String scheme;
    private final Clock clock;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, TokenEndpoint::daemon);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Clients clients = new Clients();
    private final IssuedTokens tokens;
    private final Map<String, PublicKey> serviceAccounts = new ConcurrentHashMap<>();
    private final List<TokenRequest> requests = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = Behaviour.ANSWER;
    private volatile Optional<Duration> lifetime = Optional.of(UNSTATED);
    private volatile boolean rotates;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private TokenEndpoint(HttpServer server, String scheme, Clock clock) {
        this.server = server;
        this.scheme = scheme;
        this.clock = clock;
        this.tokens = new IssuedTokens(clock);
        server.setExecutor(threads);
        server.createContext(PATH, this::handle);
        server.start();
    }

    /** In the clear; tokens end by this clock. */
    public static TokenEndpoint start(Clock clock) {
        try {
            return new TokenEndpoint(HttpServer.create(anyPort(), 0), "http", clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Over TLS. */
    public static TokenEndpoint startTls(TestIdentity identity, Clock clock) {
        try {
            HttpsServer server = HttpsServer.create(anyPort(), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(identity.serverContext()));
            return new TokenEndpoint(server, "https", clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "token-endpoint");
        thread.setDaemon(true);
        return thread;
    }

    public URI uri() {
        return URI.create(scheme + "://localhost:" + server.getAddress().getPort() + PATH);
    }

    /** Knows a client by a secret. */
    public TokenEndpoint client(String id, String secret) {
        clients.add(id, secret);
        return this;
    }

    /** Knows a client by the key that its assertions are signed with. */
    public TokenEndpoint client(String id, PublicKey key) {
        clients.add(id, key);
        return this;
    }

    /** Knows a client that has no secret. */
    public TokenEndpoint publicClient(String id) {
        clients.addPublic(id);
        return this;
    }

    /** Takes assertions of this issuer, for any subject. */
    public TokenEndpoint serviceAccount(String issuer, PublicKey key) {
        serviceAccounts.put(issuer, key);
        return this;
    }

    /** How long access tokens live from now on. */
    public TokenEndpoint lifetime(Duration duration) {
        lifetime = Optional.of(duration);
        return this;
    }

    /** Leaves {@code expires_in} out. */
    public TokenEndpoint withoutLifetime() {
        lifetime = Optional.empty();
        return this;
    }

    /** Gives a new refresh token with each answer; the old one is used up, and using it again ends the whole grant. */
    public TokenEndpoint rotating() {
        rotates = true;
        return this;
    }

    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** Requests from now on are received, and wait for {@link #release}. */
    public void hold() {
        gate = new CountDownLatch(1);
    }

    public void release() {
        gate.countDown();
    }

    /** A user has agreed: a refresh token for this client to act for this user. */
    public String refreshToken(String clientId, String user) {
        return tokens.refresh(new IssuedTokens.RefreshGrant(clientId, user));
    }

    /** What an access token stands for; empty when it was never given, has ended, or was revoked. */
    public Optional<IssuedToken> find(String accessToken) {
        return tokens.find(accessToken);
    }

    /** The access tokens that it gave and that have not ended. */
    public Set<String> issued() {
        return tokens.issued();
    }

    /** Whether this refresh token can be used. */
    public boolean isLive(String refreshToken) {
        return tokens.isLive(refreshToken);
    }

    public void revoke(String token) {
        tokens.revoke(token);
    }

    /** What was asked so far, whatever became of it. */
    public List<TokenRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        closed.countDown();
        gate.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            receive(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(HttpExchange exchange) throws IOException, InterruptedException {
        try {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            TokenRequest request =
                    TokenRequest.parse(body, exchange.getRequestHeaders().getFirst("Authorization"));
            requests.add(request);
            gate.await();
            respond(exchange, request);
        } catch (Refusal refusal) {
            refuse(exchange, refusal.getMessage(), "");
        }
    }

    private void respond(HttpExchange exchange, TokenRequest request)
            throws IOException, Refusal, InterruptedException {
        switch (behaviour) {
            case ANSWER -> send(exchange, 200, answer(exchange, request).encode());
            case REFUSE -> refuse(exchange, "invalid_grant", echoed(request));
            case REFUSE_CLIENT -> refuse(exchange, "invalid_client", "");
            case FAIL -> send(exchange, 503, "<html>Sorry</html>");
            case THROTTLE -> {
                exchange.getResponseHeaders().set("Retry-After", "120");
                send(exchange, 429, "{}");
            }
            case HANG -> closed.await();
            case TRICKLE -> trickle(exchange);
            case GARBAGE -> send(exchange, 200, "]access_token=" + request.parameter("grant_type"));
            case HUGE -> send(exchange, 200, "{\"access_token\":\"" + "x".repeat(4 << 20) + "\"}");
            case REDIRECT -> {
                exchange.getResponseHeaders().set("Location", scheme + "://localhost:1/elsewhere");
                send(exchange, 307, "");
            }
            case DROP -> {}
        }
    }

    private JsonObject answer(HttpExchange exchange, TokenRequest request) throws Refusal {
        if (!exchange.getRequestMethod().equals("POST")
                || !"application/x-www-form-urlencoded"
                        .equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
            throw new Refusal("invalid_request");
        }
        return switch (request.parameter("grant_type")) {
            case "client_credentials" -> forClient(request);
            case "refresh_token" -> forRefreshToken(request);
            case "urn:ietf:params:oauth:grant-type:jwt-bearer" -> forAssertion(request);
            default -> throw new Refusal("unsupported_grant_type");
        };
    }

    private JsonObject forClient(TokenRequest request) throws Refusal {
        String client = clients.authenticated(request, uri().toString(), clock.instant());
        if (!clients.isConfidential(client)) {
            throw new Refusal("unauthorized_client");
        }
        return issued(client, client, request.parameter("scope"));
    }

    private JsonObject forRefreshToken(TokenRequest request) throws Refusal {
        String client = clients.authenticated(request, uri().toString(), clock.instant());
        String old = request.parameter("refresh_token");
        IssuedTokens.RefreshGrant grant = tokens.redeemed(old, client);
        JsonObject answer = issued(client, grant.subject(), request.parameter("scope"));
        if (rotates) {
            tokens.spend(old);
            answer.put("refresh_token", tokens.refresh(grant));
        }
        return answer;
    }

    private JsonObject forAssertion(TokenRequest request) throws Refusal {
        String jwt = request.parameter("assertion");
        String issuer = Assertion.unverified(jwt).getString("iss", "");
        PublicKey key = serviceAccounts.get(issuer);
        if (key == null) {
            throw new Refusal("invalid_grant");
        }
        Assertion assertion = Assertion.verified(jwt, key, uri().toString(), clock.instant(), "invalid_grant");
        String subject = assertion.claim("sub");
        return issued(issuer, subject.isEmpty() ? issuer : subject, assertion.claim("scope"));
    }

    private JsonObject issued(String client, String subject, String scope) {
        JsonObject answer = new JsonObject()
                .put("access_token", tokens.access(client, subject, scope, lifetime.orElse(UNSTATED)))
                .put("token_type", "Bearer");
        lifetime.ifPresent(duration -> answer.put("expires_in", duration.toSeconds()));
        return answer;
    }

    private static String echoed(TokenRequest request) {
        StringBuilder echo = new StringBuilder("not good: ").append(request.authorization());
        for (String value : request.form().values()) {
            echo.append(' ').append(value).append(' ').append(value.substring(value.length() / 2));
        }
        return echo.toString();
    }

    private void refuse(HttpExchange exchange, String error, String description) throws IOException {
        JsonObject json = new JsonObject().put("error", error);
        if (!description.isEmpty()) {
            json.put("error_description", description);
        }
        if (error.equals("invalid_client")) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"test\"");
            send(exchange, 401, json.encode());
        } else {
            send(exchange, 400, json.encode());
        }
    }

    private void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private void trickle(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        while (!closed.await(20, TimeUnit.MILLISECONDS)) {
            out.write(' ');
            out.flush();
        }
    }
}
