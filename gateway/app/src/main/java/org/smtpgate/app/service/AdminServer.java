package org.smtpgate.app.service;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.smtpgate.app.config.AdminSettings;
import org.smtpgate.proxy.BindException;

/**
 * The HTTP side for operators: {@code /metrics} in the Prometheus text form, or as OpenMetrics for who asks for that;
 * {@code /livez} while the process works; {@code /readyz} while it takes clients; pages of JSON; actions, by POST; and logins
 * that an nginx asks about.
 */
public final class AdminServer {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS_TEXT = OPEN_METRICS + "; version=1.0.0; charset=utf-8";
    private static final String JSON = "application/json";
    private static final int IDLE_SECONDS = 60;
    /** Less than what clients of HTTP wait for an answer. */
    private static final int PATIENCE_SECONDS = 10;

    private final Vertx vertx;
    private final PrometheusMeterRegistry registry;
    private final BooleanSupplier ready;
    private final Map<String, Consumer<HttpServerRequest>> pages = new LinkedHashMap<>();
    private final Map<String, AuthHttpEndpoint> logins = new LinkedHashMap<>();
    private final AdminActions actions;
    private final HttpServer server;
    private final AdminSettings settings;

    /**
     * @param ready whether clients are taken now
     * @param more pages beside those that there always are
     * @param actions what can be done
     * @param logins where an nginx asks who may log in
     */
    public AdminServer(
            Vertx vertx,
            AdminSettings settings,
            PrometheusMeterRegistry registry,
            BooleanSupplier ready,
            List<JsonPage> more,
            AdminActions actions,
            List<AuthHttpEndpoint> logins) {
        logins.forEach(endpoint -> this.logins.put(endpoint.path(), endpoint));
        pages.put("/metrics", this::metrics);
        pages.put("/livez", request -> answer(request, 200, TEXT, "ok\n"));
        pages.put("/readyz", this::readiness);
        more.forEach(page -> pages.put(page.path(), request -> json(request, page)));
        this.actions = actions;
        this.vertx = vertx;
        this.registry = registry;
        this.ready = ready;
        this.settings = settings;
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.address().host())
                .setPort(settings.address().port())
                .setIdleTimeout(IDLE_SECONDS);
        this.server = vertx.createHttpServer(options).requestHandler(this::handle);
    }

    /** Opens the port; fails with a message that names it. */
    public Future<AdminServer> open() {
        return server.listen()
                .<AdminServer>map(this)
                .recover(cause -> Future.failedFuture(
                        new BindException("admin", settings.address().toString(), cause)));
    }

    public int port() {
        return server.actualPort();
    }

    public Future<Void> close() {
        return server.close();
    }

    private void handle(HttpServerRequest request) {
        String[] steps = request.path().split("/", -1);
        boolean action = steps.length == 4
                && actions.path().equals("/" + steps[1])
                && actions.names().contains(steps[3]);
        AuthHttpEndpoint endpoint = logins.get(request.path());
        Consumer<HttpServerRequest> page = pages.get(request.path());
        if (action) {
            act(request, steps[2], steps[3]);
        } else if (endpoint != null) {
            endpoint.handle(request);
        } else if (page != null) {
            read(request, page);
        } else {
            answer(
                    request,
                    404,
                    TEXT,
                    "there is nothing here; there are:\n" + String.join("\n", pages.keySet()) + "\n");
        }
    }

    private static void read(HttpServerRequest request, Consumer<HttpServerRequest> page) {
        if (request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD) {
            page.accept(request);
        } else {
            request.response().putHeader("Allow", "GET, HEAD");
            answer(request, 405, TEXT, "only GET and HEAD\n");
        }
    }

    private void act(HttpServerRequest request, String name, String action) {
        if (request.method() != HttpMethod.POST) {
            request.response().putHeader("Allow", "POST");
            answer(request, 405, TEXT, "only POST\n");
        } else if (!settings.actions().admits(request.remoteAddress().hostAddress())) {
            answer(request, 403, TEXT, "not from " + request.remoteAddress().hostAddress() + "; see admin.actions\n");
        } else if (request.getHeader("Origin") != null || request.getHeader("Sec-Fetch-Site") != null) {
            // A browser says where a request comes from: no page may have one of its visitors stop the mail.
            answer(request, 403, TEXT, "not for browsers\n");
        } else {
            perform(request, name, action);
        }
    }

    /** Answers when it has come about, or after a while that it is still under way. */
    private void perform(HttpServerRequest request, String name, String action) {
        try {
            Future<Void> done = actions.act().apply(decoded(name), action);
            done.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).onComplete((ended, failure) -> {
                if (failure == null) {
                    answer(request, 200, new JsonObject().put("done", true));
                } else if (done.failed()) {
                    answer(request, 500, new JsonObject().put("error", failure.getMessage()));
                } else {
                    answer(request, 202, new JsonObject().put("done", false).put("see", actions.path()));
                }
            });
        } catch (NoSuchElementException unknown) {
            answer(request, 404, new JsonObject().put("error", unknown.getMessage()));
        } catch (AdminActions.ConflictException conflict) {
            answer(request, 409, new JsonObject().put("error", conflict.getMessage()));
        } catch (RuntimeException failure) {
            answer(request, 500, new JsonObject().put("error", failure.getMessage()));
        }
    }

    private static String decoded(String step) {
        try {
            return URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return step;
        }
    }

    private static void answer(HttpServerRequest request, int status, JsonObject body) {
        answer(request, status, JSON, body.encode() + "\n");
    }

    private void readiness(HttpServerRequest request) {
        boolean now = ready.getAsBoolean();
        answer(request, now ? 200 : 503, TEXT, now ? "ready\n" : "not ready\n");
    }

    /** On a worker too, since it may be long. */
    private void json(HttpServerRequest request, JsonPage page) {
        MultiMap query = request.params();
        vertx.executeBlocking(() -> page.content().apply(query).encode(), false).onComplete((text, failure) -> {
            if (failure == null) {
                answer(request, 200, JSON, text + "\n");
            } else {
                int status = failure instanceof IllegalArgumentException ? 400 : 500;
                answer(request, status, TEXT, failure.getMessage() + "\n");
            }
        });
    }

    /** On a worker, since a scrape is long. */
    private void metrics(HttpServerRequest request) {
        String accepted = request.getHeader("Accept");
        String type = accepted != null && accepted.contains(OPEN_METRICS) ? OPEN_METRICS_TEXT : TEXT;
        vertx.executeBlocking(() -> registry.scrape(type), false).onComplete((text, failure) -> {
            if (failure == null) {
                answer(request, 200, type, text);
            } else {
                answer(request, 500, TEXT, "the scrape failed: " + failure.getMessage() + "\n");
            }
        });
    }

    static void answer(HttpServerRequest request, int status, String type, String body) {
        Buffer octets = Buffer.buffer(body);
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                // Which Vert.x leaves out of the answer to a HEAD.
                .putHeader("Content-Length", Integer.toString(octets.length()))
                .end(octets);
    }
}
