package org.smtpgate.testkit.oauth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.smtpgate.testkit.TestIdentity;

/**
 * An OpenID provider: its metadata, its keys, introspection (RFC 7662), and the password grant (RFC 6749 section 4.3).
 * Tokens are JWTs for the audience {@link #AUDIENCE} with the login in {@code preferred_username}. Listens on loopback, and
 * on the same port when it comes back; safe for any thread.
 */
public final class OpenIdProvider implements AutoCloseable {
    public static final String METADATA = "/realms/mail/.well-known/openid-configuration";
    public static final String KEYS = "/realms/mail/certs";
    public static final String INTROSPECTION = "/realms/mail/introspect";
    public static final String TOKEN = "/realms/mail/token";
    public static final String AUDIENCE = "smtp";

    private static final int LIFE_SECONDS = 300;

    private final TestIdentity identity;
    private final Clock clock;
    private final Clients clients = new Clients();
    private final Map<String, String> users = new ConcurrentHashMap<>();
    private final Map<String, JsonObject> issued = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> asked = new ConcurrentHashMap<>();
    private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final List<TokenKey> keys = new CopyOnWriteArrayList<>(List.of(TokenKey.rsa("first")));
    private final Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();
    private final JsonObject moreMetadata = new JsonObject();
    private volatile HttpServer server;
    private volatile ExecutorService threads;
    private volatile CountDownLatch closed;
    private int port;

    private OpenIdProvider(TestIdentity identity, Clock clock) {
        this.identity = identity;
        this.clock = clock;
        up();
    }

    /** In the clear; tokens end by this clock. */
    public static OpenIdProvider start(Clock clock) {
        return new OpenIdProvider(null, clock);
    }

    /** Over TLS. */
    public static OpenIdProvider startTls(TestIdentity identity, Clock clock) {
        return new OpenIdProvider(identity, clock);
    }

    public String issuer() {
        return url("/realms/mail");
    }

    public String url(String path) {
        return (identity == null ? "http" : "https") + "://localhost:" + port + path;
    }

    public OpenIdProvider client(String id, String secret) {
        clients.add(id, secret);
        return this;
    }

    public OpenIdProvider user(String name, String password) {
        users.put(name, password);
        return this;
    }

    /** Says something else in its metadata. */
    public void metadata(String name, Object value) {
        moreMetadata.put(name, value);
    }

    /** What one of its paths does from now on. */
    public void behave(String path, Behaviour behaviour) {
        behaviours.put(path, behaviour);
    }

    /** The key that it signs with. */
    public TokenKey key() {
        return keys.get(keys.size() - 1);
    }

    /** Signs with a new key; the old ones stay published. */
    public void rotate(TokenKey key) {
        keys.add(key);
    }

    /** What a good token of this user says. */
    public JsonObject claims(String login) {
        Instant now = clock.instant();
        return new JsonObject()
                .put("iss", issuer())
                .put("aud", new JsonArray().add("account").add(AUDIENCE))
                .put("sub", "id of " + login)
                .put("preferred_username", login)
                .put("iat", now.getEpochSecond())
                .put("exp", now.getEpochSecond() + LIFE_SECONDS);
    }

    /** A good token of this user. */
    public String token(String login) {
        return issue(claims(login));
    }

    /** A token that says this, and that introspection knows. */
    public String issue(JsonObject claims) {
        String token = key().sign(claims);
        issued.put(token, claims);
        return token;
    }

    public void revoke(String token) {
        issued.remove(token);
    }

    /** How often one of its paths was asked. */
    public long asked(String path) {
        return asked.getOrDefault(path, new AtomicLong()).get();
    }

    /** From where it was asked: as many as there were connections. */
    public Set<InetSocketAddress> peers() {
        return Set.copyOf(peers);
    }

    /** Ends without a word to those who wait. */
    public void down() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** Comes back where it was. */
    public void up() {
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            server = identity == null ? HttpServer.create(address, 0) : tls(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = server.getAddress().getPort();
        closed = new CountDownLatch(1);
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "openid-provider");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private HttpServer tls(InetSocketAddress address) throws IOException {
        HttpsServer https = HttpsServer.create(address, 0);
        https.setHttpsConfigurator(new HttpsConfigurator(identity.serverContext()));
        return https;
    }

    @Override
    public void close() {
        down();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            asked.computeIfAbsent(path, missing -> new AtomicLong()).incrementAndGet();
            peers.add(exchange.getRemoteAddress());
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            switch (behaviours.getOrDefault(path, Behaviour.ANSWER)) {
                case ANSWER -> answer(exchange, path, body);
                case REFUSE_CLIENT -> send(exchange, 401, "{\"error\":\"invalid_client\"}");
                case FAIL -> send(exchange, 503, "<html>Sorry</html>");
                case HANG -> closed.await();
                case GARBAGE -> send(exchange, 200, "]" + body);
                case HUGE -> send(exchange, 200, "{\"keys\":\"" + "x".repeat(4 << 20) + "\"}");
                case DROP -> {}
                case REDIRECT -> {
                    exchange.getResponseHeaders().set("Location", url("/elsewhere"));
                    send(exchange, 307, "");
                }
                default -> throw new IllegalArgumentException("no provider behaves so");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, String path, String body) throws IOException {
        try {
            switch (path) {
                case METADATA -> send(exchange, 200, metadata().encode());
                case KEYS -> send(exchange, 200, keySet().encode());
                case INTROSPECTION ->
                    send(exchange, 200, introspected(request(exchange, body)).encode());
                case TOKEN ->
                    send(exchange, 200, redeemed(request(exchange, body)).encode());
                default -> send(exchange, 404, "{}");
            }
        } catch (Refusal refusal) {
            int status = refusal.getMessage().equals("invalid_client") ? 401 : 400;
            send(
                    exchange,
                    status,
                    new JsonObject().put("error", refusal.getMessage()).encode());
        }
    }

    private TokenRequest request(HttpExchange exchange, String body) throws Refusal {
        TokenRequest request =
                TokenRequest.parse(body, exchange.getRequestHeaders().getFirst("Authorization"));
        clients.authenticated(request, url(TOKEN), clock.instant());
        return request;
    }

    private JsonObject metadata() {
        return new JsonObject()
                .put("issuer", issuer())
                .put("jwks_uri", url(KEYS))
                .put("introspection_endpoint", url(INTROSPECTION))
                .put("token_endpoint", url(TOKEN))
                .mergeIn(moreMetadata);
    }

    /** With one that is not for signatures, and one of a kind that nobody knows, as real ones have. */
    private JsonObject keySet() {
        JsonArray array = new JsonArray()
                .add(new JsonObject().put("kty", "QUANTUM").put("kid", "x"))
                .add(keys.get(0).jwk().put("kid", "enc").put("use", "enc").put("alg", "RSA-OAEP"));
        keys.forEach(key -> array.add(key.jwk()));
        return new JsonObject().put("keys", array);
    }

    private JsonObject introspected(TokenRequest request) {
        JsonObject claims = issued.get(request.parameter("token"));
        return claims == null
                        || claims.getLong("exp", Long.MAX_VALUE)
                                <= clock.instant().getEpochSecond()
                ? new JsonObject().put("active", false)
                : claims.copy().put("active", true);
    }

    private JsonObject redeemed(TokenRequest request) throws Refusal {
        String name = request.parameter("username");
        if (!request.parameter("grant_type").equals("password")) {
            throw new Refusal("unsupported_grant_type");
        }
        if (!request.parameter("password").equals(users.get(name))) {
            throw new Refusal("invalid_grant");
        }
        return new JsonObject().put("access_token", token(name)).put("token_type", "Bearer");
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
