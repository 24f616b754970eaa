package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;

/** A backend says as whom a login may send, and the gateway holds it to that. */
class AllowedSendersTest {
    private ScriptedUpstream upstream;
    private TestGateway gateway;
    private SmtpClient client;

    @BeforeEach
    void start() {
        upstream = ScriptedUpstream.start();
        gateway = TestGateway.inFrontOf(upstream.port())
                .auth(true, true)
                .backend(new PasswordJudge((name, password) -> true, AllowedSendersTest::user))
                .start();
        client = gateway.client();
    }

    @AfterEach
    void stop() {
        client.close();
        gateway.close();
        upstream.close();
    }

    @Test
    void anotherSenderIsRefusedBeforeTheUpstreamIsAsked() {
        client.authPlain("orders", "any");

        client.pipeline("MAIL FROM:<boss@shop.example>", "RCPT TO:<b@example.org>", "DATA");
        client.expect(553, "5.7.1");
        client.expect(503);
        client.expect(503);
        client.pipeline("MAIL FROM:<boss@shop.example>", "RCPT TO:<b@example.org>", "BDAT 7 LAST\r\nhello");
        client.expect(553, "5.7.1");
        client.expect(503);
        client.expect(503);

        assertThat(upstream.connections()).isEmpty();
        client.transaction("orders@shop.example", "b@example.org", "Hello").expect(250);
        client.quit();
        assertThat(upstream.messages()).hasSize(1);
    }

    @Test
    void aDomainAndAnySpellingOfItAreAllowedAndSoIsNobody() {
        client.authPlain("everybody", "any");

        client.transaction("anna@Example.ORG", "b@example.org", "Hello").expect(250);
        client.transaction("", "b@example.org", "Hello").expect(250);
        client.send("MAIL FROM:<anna@mail.example.org>").expect(553, "5.7.1");
        client.quit();
    }

    @Test
    void aListWithoutAGoodPatternLetsNobodySend() {
        client.authPlain("broken", "any");

        client.send("MAIL FROM:<anna@example.org>").expect(553, "5.7.1");
        client.quit();
    }

    /** Were it taken for none, whoever takes the last sender from a login would let it send as anybody. */
    @ParameterizedTest
    @ValueSource(strings = {"empty", "shapeless", "nested"})
    void aListOfNobodyLetsNobodySendButNotifications(String login) {
        client.authPlain(login, "any");

        client.send("MAIL FROM:<anna@example.org>").expect(553, "5.7.1");
        client.transaction("", "b@example.org", "Hello").expect(250);
        client.quit();
    }

    @Test
    void withoutTheAttributeAnybodyIsAllowed() {
        client.authPlain("free", "any");

        client.transaction("anna@example.org", "b@example.org", "Hello").expect(250);
        client.quit();
    }

    private static User user(String name) {
        User user = User.fromName(name);
        Object allowed = switch (name) {
            case "orders" -> new JsonArray().add("orders@shop.example").add("returns@shop.example");
            case "everybody" -> "@example.org";
            case "broken" -> new JsonArray().add("anna@");
            case "empty" -> new JsonArray();
            case "shapeless" -> new JsonObject().put("anna@example.org", true);
            case "nested" -> new JsonArray().add(new JsonArray().add("anna@example.org"));
            default -> null;
        };
        if (allowed != null) {
            user.attributes().mergeIn(new JsonObject().put("allowed-senders", allowed));
        }
        return user;
    }
}
