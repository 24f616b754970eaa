package org.smtpgate.auth.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.testkit.auth.TokenPluginContract;
import org.smtpgate.testkit.oauth.OpenIdProvider;

/** A provider, backends that ask it, and the time of both. */
final class ProviderScene implements AutoCloseable {
    static final String LOGIN = "alice@example.org";

    final Passing time = new Passing();
    final OpenIdProvider provider = OpenIdProvider.start(time).client(Sections.CLIENT_ID, Sections.CLIENT_SECRET);

    private final Vertx vertx = Vertx.vertx();
    private final Path folder;

    ProviderScene(Path folder) {
        this.folder = folder;
    }

    OAuth2Backend backend(JsonObject section) {
        return new Provider(vertx, Sections.config(vertx, folder, section), time, time).backend();
    }

    /** As the gateway makes it, with the real time. */
    AuthBackend plugin(JsonObject section) {
        return new OAuth2Plugin().create(new AuthContext(vertx, folder), section);
    }

    static SubmittedToken token(String username, String token) {
        return new SubmittedToken("", username, token, TokenPluginContract.ORIGIN);
    }

    static SubmittedPassword password(String username, String password) {
        return new SubmittedPassword("", username, password, TokenPluginContract.ORIGIN);
    }

    static User accepted(OAuth2Backend backend, Credentials credentials) {
        Future<User> answer = answered(backend, credentials);
        assertThat(answer.cause()).isNull();
        return answer.result();
    }

    static User accepted(OAuth2Backend backend, String token) {
        return accepted(backend, token("", token));
    }

    static void refused(OAuth2Backend backend, Credentials credentials) {
        assertThat(answered(backend, credentials).cause()).isInstanceOf(InvalidCredentialsException.class);
    }

    static void refused(OAuth2Backend backend, String token) {
        refused(backend, token("", token));
    }

    /** With the words for the operator. */
    static String unknown(OAuth2Backend backend, Credentials credentials) {
        Throwable cause = answered(backend, credentials).cause();
        assertThat(cause).isNotNull().isNotInstanceOf(InvalidCredentialsException.class);
        return cause.getMessage();
    }

    static String unknown(OAuth2Backend backend, String token) {
        return unknown(backend, token("", token));
    }

    private static Future<User> answered(OAuth2Backend backend, Credentials credentials) {
        Future<User> answer = backend.authenticate(credentials);
        try {
            answer.otherwiseEmpty().await(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within 20 s", e);
        }
        return answer;
    }

    @Override
    public void close() throws Exception {
        provider.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
