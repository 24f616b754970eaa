package org.smtpgate.auth.http;

import io.vertx.ext.auth.User;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.smtpgate.auth.RefusalReply;

/** What the headers of an answer mean, as nginx understands them: the last one of a name counts. */
final class NginxVerdict {
    /** What nginx says unless the service says better. */
    private static final String USUAL_CODE = "535 5.7.0";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
    private static final Pattern SERVER = Pattern.compile("[A-Za-z0-9._:\\[\\]/-]{1,255}");

    private String failure;
    private boolean again;
    private boolean ok;
    private String code = USUAL_CODE;
    private Duration wait = Duration.ZERO;
    private String user;
    private String pass;
    private String server;
    private String port;
    private String method;

    private NginxVerdict() {}

    /**
     * @param username what the client said, unless the service says better
     * @param serverRequired whether an acceptance must name a server, as nginx demands
     */
    static Verdict of(List<NginxAnswer.NginxHeader> headers, String username, boolean serverRequired) {
        NginxVerdict verdict = new NginxVerdict();
        headers.forEach(verdict::take);
        return verdict.sum(username, serverRequired);
    }

    private void take(NginxAnswer.NginxHeader header) {
        switch (header.name().toLowerCase(Locale.ROOT)) {
            case "auth-status" -> status(header.value());
            case "auth-wait" -> {
                if (NUMBER.matcher(header.value()).matches()) {
                    wait = Duration.ofSeconds(Long.parseLong(header.value()));
                }
            }
            case "auth-error-code" -> code = header.value().isEmpty() ? USUAL_CODE : header.value();
            case "auth-user" -> user = header.text();
            case "auth-pass" -> pass = header.text();
            case "auth-server" -> server = header.value();
            case "auth-port" -> port = header.value();
            case "auth-method" -> method = header.value();
            default -> {
                // Whatever else a web server says.
            }
        }
    }

    private void status(String value) {
        switch (value) {
            case "OK" -> ok = true;
            case "WAIT" -> again = true;
            default -> failure = value.isEmpty() ? failure : value;
        }
    }

    private Verdict sum(String username, boolean serverRequired) {
        if (failure != null) {
            return RefusalReply.of(code, failure)
                    .<Verdict>map(reply -> new Verdict.Refused(reply, wait))
                    .orElseGet(() -> new Verdict.Senseless("its Auth-Error-Code is none that refuses a login"));
        }
        if (again) {
            return new Verdict.Again(wait);
        }
        if (!ok) {
            return new Verdict.Senseless("its answer has no Auth-Status");
        }
        if (serverRequired && (server == null || port == null)) {
            return new Verdict.Senseless(
                    "it accepted without Auth-Server and Auth-Port, which nginx demands; see require-server");
        }
        if (server != null && !SERVER.matcher(server).matches() || port != null && !isPort(port)) {
            return new Verdict.Senseless("its Auth-Server or Auth-Port is none");
        }
        return accepted(user == null ? username : user);
    }

    private Verdict accepted(String login) {
        if (login.isEmpty() || login.indexOf('\ufffd') >= 0) {
            return new Verdict.Senseless("it accepted, and nobody said whom in UTF-8");
        }
        User accepted = User.fromName(login);
        put(accepted, "auth-server", server);
        put(accepted, "auth-port", port);
        put(accepted, "auth-pass", pass);
        put(accepted, "auth-method", method);
        return new Verdict.Accepted(accepted);
    }

    private static void put(User accepted, String attribute, String value) {
        if (value != null && !value.isEmpty()) {
            accepted.attributes().put(attribute, value);
        }
    }

    private static boolean isPort(String text) {
        return NUMBER.matcher(text).matches() && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535;
    }
}
