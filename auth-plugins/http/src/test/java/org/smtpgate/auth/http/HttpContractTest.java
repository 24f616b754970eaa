package org.smtpgate.auth.http;

import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.testkit.auth.AuthPluginContract;
import org.smtpgate.testkit.auth.ScriptedService;

/** The contract, by each way of asking. */
@ParameterizedClass
@ValueSource(strings = {"nginx", "nginx, kept alive", "json"})
class HttpContractTest extends AuthPluginContract {
    private static final Map<String, String> ACCOUNTS = Map.of(USER, PASSWORD, UNICODE_USER, UNICODE_PASSWORD);

    private final List<ScriptedService> services = new ArrayList<>();

    @Parameter
    private String way;

    @AfterEach
    void stopServices() {
        services.forEach(ScriptedService::close);
    }

    @Override
    protected AuthPlugin plugin() {
        return new HttpPlugin();
    }

    @Override
    protected JsonObject settings() {
        return settings(service(false));
    }

    @Override
    protected AuthBackend working() {
        return plugin().create(new AuthContext(vertx, folder), settings(service(false)));
    }

    @Override
    protected AuthBackend broken() {
        return plugin().create(new AuthContext(vertx, folder), settings(service(true)));
    }

    @Override
    protected long workDone() {
        return services.stream().mapToLong(service -> service.requests().size()).sum();
    }

    private JsonObject settings(ScriptedService service) {
        JsonObject settings = new JsonObject()
                .put("protocol", way.equals("json") ? "json" : "nginx")
                .put("url", "http://127.0.0.1:" + service.port() + "/auth");
        return way.equals("nginx, kept alive") ? settings.put("keep-alive", true) : settings;
    }

    private ScriptedService service(boolean broken) {
        ScriptedService service = ScriptedService.start(request -> broken ? ScriptedService.HANG_UP : answer(request));
        services.add(service);
        return service;
    }

    private String answer(String request) {
        if (!way.equals("json")) {
            return right(header(request, "Auth-User"), header(request, "Auth-Pass"))
                    ? "HTTP/1.1 200 OK\r\nAuth-Status: OK\r\nAuth-Server: 127.0.0.1\r\nAuth-Port: 25\r\n"
                            + "Content-Length: 0\r\n\r\n"
                    : "HTTP/1.1 200 OK\r\nAuth-Status: Invalid login\r\nAuth-Error-Code: 535 5.7.8\r\n"
                            + "Content-Length: 0\r\n\r\n";
        }
        byte[] octets = request.substring(request.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1);
        JsonObject question = new JsonObject(new String(octets, StandardCharsets.UTF_8));
        String body = right(question.getString("login"), question.getString("password"))
                ? "{\"result\":\"accepted\"}"
                : "{\"result\":\"refused\"}";
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static boolean right(String username, String password) {
        return password.equals(ACCOUNTS.get(username));
    }

    private static String header(String request, String name) {
        int at = request.indexOf("\r\n" + name + ": ") + name.length() + 4;
        String value = request.substring(at, request.indexOf("\r\n", at));
        byte[] octets = value.replace("+", "%2B").getBytes(StandardCharsets.ISO_8859_1);
        return URLDecoder.decode(new String(octets, StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
