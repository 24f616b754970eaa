package org.smtpgate.it.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/** Tells a mail server whose access token it has been shown (RFC 7662). */
final class TokenIntrospection implements AutoCloseable {

    private final HttpServer http;
    private final Function<String, String> subjects;

    /** @param subjects whose each live token is; null for any other */
    TokenIntrospection(Function<String, String> subjects) {
        this.subjects = subjects;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.createContext("/introspect", this::answer);
        http.start();
    }

    int port() {
        return http.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
        String token = Arrays.stream(form.split("&"))
                .filter(pair -> pair.startsWith("token="))
                .map(pair -> URLDecoder.decode(pair.substring("token=".length()), StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
        String subject = subjects.apply(token);
        JsonObject answer = new JsonObject().put("active", subject != null);
        if (subject != null) {
            answer.put("sub", subject);
        }
        byte[] json = answer.encode().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
