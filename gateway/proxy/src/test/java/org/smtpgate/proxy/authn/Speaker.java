package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SaslBackend;
import org.smtpgate.sasl.CredentialKind;

/** A backend that speaks SASL by itself: in each exchange it says what the test has it say. */
final class Speaker implements AuthBackend, SaslBackend {
    /** Notes of what happened, in order. */
    final List<String> seen = new ArrayList<>();

    List<String> mechanisms;
    private final Function<String, Future<Step>> answers;

    /** @param answers by the client's message; by null where there is none */
    Speaker(List<String> mechanisms, Function<String, Future<Step>> answers) {
        this.mechanisms = mechanisms;
        this.answers = answers;
    }

    static Future<Step> challenge(String text) {
        return Future.succeededFuture(new Step.Challenge(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Future<Step> accept(String user) {
        return Future.succeededFuture(new Step.Accepted(User.fromName(user)));
    }

    @Override
    public List<String> mechanisms(boolean encrypted) {
        return encrypted ? mechanisms : List.of();
    }

    @Override
    public Exchange begin(String mechanism, Origin origin) {
        seen.add("begin " + mechanism);
        return new Exchange() {
            @Override
            public Future<Step> respond(byte[] message) {
                String text = message == null ? null : new String(message, StandardCharsets.UTF_8);
                seen.add("respond " + text);
                return answers.apply(text);
            }

            @Override
            public void cancel() {
                seen.add("cancel");
            }
        };
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.noneOf(CredentialKind.class);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        return Future.failedFuture(new AssertionError("it accepts nothing"));
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
