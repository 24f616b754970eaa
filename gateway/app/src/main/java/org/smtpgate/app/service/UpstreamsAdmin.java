package org.smtpgate.app.service;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;
import org.smtpgate.proxy.upstream.UpstreamControl;
import org.smtpgate.proxy.upstream.UpstreamStatus;
import org.smtpgate.proxy.upstream.UpstreamStatus.EndpointStatus;
import org.smtpgate.proxy.upstream.Upstreams;

/** {@code /upstreams}: what they are like, and what an operator does with one. Safe for any thread. */
final class UpstreamsAdmin {
    static final String PATH = "/upstreams";

    private final Supplier<Optional<Upstreams>> upstreams;

    /** @param upstreams empty while there is no gateway */
    UpstreamsAdmin(Supplier<Optional<Upstreams>> upstreams) {
        this.upstreams = upstreams;
    }

    JsonPage page() {
        return new JsonPage(PATH, query -> {
            JsonArray all = new JsonArray();
            upstreams.get().map(Upstreams::status).orElse(List.of()).forEach(status -> all.add(json(status)));
            return new JsonObject().put("upstreams", all);
        });
    }

    AdminActions actions() {
        return new AdminActions(PATH, List.of("pause", "resume", "drain", "reconnect"), this::act);
    }

    /** Completes when what was asked for has come about: for pause and drain, when no connection is left. */
    private Future<Void> act(String upstream, String action) {
        UpstreamControl control = upstreams
                .get()
                .flatMap(all -> all.control(upstream))
                .orElseThrow(() -> new NoSuchElementException("there is no upstream " + upstream));
        try {
            return act(control, action);
        } catch (UpstreamControl.WrongModeException e) {
            throw new AdminActions.ConflictException(e);
        }
    }

    private static Future<Void> act(UpstreamControl control, String action) {
        switch (action) {
            case "pause" -> {
                return control.pause();
            }
            case "drain" -> {
                return control.drain();
            }
            case "resume" -> control.resume();
            default -> control.reconnect();
        }
        return Future.succeededFuture();
    }

    private static JsonObject json(UpstreamStatus status) {
        JsonObject connections = new JsonObject();
        status.connections().forEach((state, count) -> connections.put(name(state), count));
        JsonArray endpoints = new JsonArray();
        status.endpoints().forEach(endpoint -> endpoints.add(json(endpoint)));
        return new JsonObject()
                .put("name", status.name())
                .put("mode", name(status.mode()))
                .put("max-connections", status.maxConnections())
                .put("connections", connections)
                .put("waiting", status.waiting())
                .put("endpoints", endpoints);
    }

    private static JsonObject json(EndpointStatus endpoint) {
        JsonObject json = new JsonObject()
                .put("address", endpoint.address())
                .put("endpoint", endpoint.configured())
                .put("priority", endpoint.priority())
                .put("state", endpoint.live() ? "live" : "ejected")
                .put("seconds", endpoint.unchangedFor().toSeconds())
                .put("connections", endpoint.connections());
        if (endpoint.lastError() != null) {
            json.put("last-error", endpoint.lastError());
        }
        if (endpoint.extensions() != null) {
            json.put("extensions", new JsonArray(new ArrayList<>(endpoint.extensions())));
        }
        return json;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
