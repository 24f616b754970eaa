package org.smtpgate.app.service;

import io.netty.util.AsciiString;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.auth.User;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicInteger;
import org.smtpgate.app.config.AuthHttpSettings;
import org.smtpgate.auth.RefusalReply;
import org.smtpgate.proxy.Gateway;
import org.smtpgate.proxy.authn.AuthExchange;
import org.smtpgate.proxy.authn.AuthOutcome;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.authn.Identity;
import org.smtpgate.proxy.authn.SessionJudge;
import org.smtpgate.proxy.authn.Visit;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.smtp.Limits;

/**
 * A path where nginx' mail module asks, by its {@code auth_http}, who may log in and where to: the other end of the plugin
 * {@code http}. Logins are judged, delayed, counted and logged as a listener's are, under the path in place of its name.
 */
final class AuthHttpEndpoint {
    /** What nginx sends with {@code auth_http_header X-Auth-Key "…";}. */
    private static final String KEY_HEADER = "X-Auth-Key";

    /** PLAIN: nginx has taken LOGIN apart already. */
    private static final String MECHANISM = "PLAIN";

    private static final int MOST_UNDER_WAY = 1_000;

    /** nginx has a kilobyte for an answer in all. */
    private static final int LONGEST_USER = 512;

    private static final AuthOutcome NOT_YET = new AuthOutcome.Unavailable("not open yet");
    private static final AuthOutcome BUSY = new AuthOutcome.Unavailable("too many at a time");

    /** A question has no session of the gateway, and so no upstream that could judge it. */
    private static final SessionJudge NO_UPSTREAM = new SessionJudge() {
        @Override
        public Future<User> judge(Credentials.Password credentials) {
            return Future.failedFuture("no session, and so no upstream to ask");
        }

        @Override
        public void abandon() {
            // Nothing is under way.
        }
    };

    private final AuthHttpSettings settings;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile Authenticator authenticator;

    AuthHttpEndpoint(AuthHttpSettings settings) {
        this.settings = settings;
    }

    /** Takes questions from now on; until then nobody can tell. */
    void open(Gateway gateway) {
        open(gateway.authenticator(settings.path(), settings.backends()));
    }

    void open(Authenticator opened) {
        authenticator = opened;
    }

    String path() {
        return settings.path();
    }

    /** On an event loop. */
    void handle(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET) {
            refuse(request, 405, "only GET");
        } else if (!settings.from().admits(request.remoteAddress().hostAddress())) {
            refuse(request, 403, "not from " + request.remoteAddress().hostAddress() + "; see admin.auth-http");
        } else if (!knowsTheSecret(request.getHeader(KEY_HEADER))) {
            refuse(request, 403, KEY_HEADER + " is missing or wrong; see admin.auth-http");
        } else {
            judge(request);
        }
    }

    /** In constant time. */
    private boolean knowsTheSecret(String said) {
        return settings.secret().isEmpty()
                || said != null
                        && MessageDigest.isEqual(
                                settings.secret().getBytes(StandardCharsets.UTF_8),
                                said.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void judge(HttpServerRequest request) {
        AuthHttpQuestion question = new AuthHttpQuestion(request);
        byte[] message = question.plain();
        Authenticator opened = authenticator;
        if (!question.isPassword()) {
            denyMechanism(request, question);
        } else if (message == null) {
            answer(request, question, new AuthOutcome.Rejected());
        } else if (opened == null) {
            answer(request, question, NOT_YET);
        } else {
            Visit visit = new Visit(question.origin(settings.path()), ChannelBindings.NONE, NO_UPSTREAM);
            opened.begin(MECHANISM, visit)
                    .ifPresentOrElse(
                            exchange -> ask(request, question, exchange, message),
                            () -> denyMechanism(request, question));
        }
    }

    private void ask(HttpServerRequest request, AuthHttpQuestion question, AuthExchange exchange, byte[] message) {
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            answer(request, question, BUSY);
            return;
        }
        request.connection().closeHandler(gone -> exchange.cancel());
        exchange.respond(message).onSuccess(outcome -> {
            underWay.decrementAndGet();
            answer(request, question, outcome);
        });
    }

    private static void denyMechanism(HttpServerRequest request, AuthHttpQuestion question) {
        deny(request, question, "504 5.5.4", "This mechanism is not taken here");
    }

    private void answer(HttpServerRequest request, AuthHttpQuestion question, AuthOutcome outcome) {
        if (outcome instanceof AuthOutcome.Accepted accepted) {
            accept(request, question, accepted.identity());
        } else if (outcome instanceof AuthOutcome.Unavailable unavailable) {
            deny(request, question, unavailable.reply(), "454 4.7.0", "Temporary authentication failure");
        } else if (outcome instanceof AuthOutcome.Malformed malformed) {
            deny(request, question, "501 5.5.2", malformed.reason());
        } else if (outcome instanceof AuthOutcome.Refused) {
            // No Auth-Wait: the session ends, as it does at a listener.
            headers(request, "421 4.7.0", "Too many failed logins, try again later");
            end(request);
        } else {
            RefusalReply reply = ((AuthOutcome.Rejected) outcome).reply();
            deny(request, question, reply, "535 5.7.8", "Authentication credentials invalid");
        }
    }

    private void accept(HttpServerRequest request, AuthHttpQuestion question, Identity identity) {
        if (!identity.login().equals(question.user()) && !mayStandInAHeader(identity.login())) {
            deny(request, question, "454 4.7.0", "Temporary authentication failure");
            return;
        }
        HttpServerResponse response = request.response();
        response.putHeader("Auth-Status", "OK")
                .putHeader("Auth-Server", settings.server().host())
                .putHeader("Auth-Port", Integer.toString(settings.server().port()));
        if (!identity.login().equals(question.user())) {
            // Not as a String: what is not ASCII in one would arrive as question marks.
            response.putHeader(
                    new AsciiString("Auth-User"),
                    new AsciiString(identity.login().getBytes(StandardCharsets.UTF_8), false));
        }
        end(request);
    }

    /** nginx does not unescape it. */
    private static boolean mayStandInAHeader(String login) {
        return login.length() <= LONGEST_USER
                && login.equals(login.strip())
                && login.chars().noneMatch(Character::isISOControl);
    }

    /** @param said in the backend's own words; null for ours */
    private static void deny(
            HttpServerRequest request, AuthHttpQuestion question, RefusalReply said, String code, String text) {
        if (said == null) {
            deny(request, question, code, text);
        } else {
            deny(request, question, said.code() + " " + said.status(), said.text());
        }
    }

    /** Without Auth-Wait nginx ends the session. */
    private static void deny(HttpServerRequest request, AuthHttpQuestion question, String code, String text) {
        headers(request, code, text);
        if (question.attempt() < Limits.DEFAULTS.authFailures()) {
            request.response().putHeader("Auth-Wait", "1");
        }
        end(request);
    }

    private static void headers(HttpServerRequest request, String code, String text) {
        request.response().putHeader("Auth-Status", text).putHeader("Auth-Error-Code", code);
    }

    private static void refuse(HttpServerRequest request, int status, String why) {
        AdminServer.answer(request, status, AdminServer.TEXT, why + "\n");
    }

    private static void end(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (!response.closed()) {
            response.putHeader("Content-Length", "0").end();
        }
    }
}
