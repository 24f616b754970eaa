package org.smtpgate.auth.dovecot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.smtpgate.auth.dovecot.Outcomes.accepted;
import static org.smtpgate.auth.dovecot.Outcomes.assertCannotTell;
import static org.smtpgate.auth.dovecot.Outcomes.assertRefused;
import static org.smtpgate.auth.dovecot.Outcomes.await;
import static org.smtpgate.auth.dovecot.Outcomes.challenge;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.smtpgate.auth.SaslBackend.Exchange;
import org.smtpgate.auth.SaslBackend.Step;
import org.smtpgate.auth.dovecot.ScriptedAuthServer.Peer;
import org.smtpgate.testkit.TestCertificates;

/** One login after the other and many at a time, as they look on the wire. */
class LoginsTest extends ScriptedServerTest {

    @Test
    void aPasswordGoesAsPlainWithAllThatIsKnownOfTheClient() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            Future<User> answer = login(backend, "", "älice", Origins.ENCRYPTED);
            peer.expect(
                    "AUTH\t1\tPLAIN\tservice=smtp\tnologin\tlip=2001:db8:0:0:0:0:0:2\tlport=587\trip=192.0.2.7\trport=50587"
                            + "\tsession=s-1\tsecured=tls\tresp=" + base64("\0älice\0" + PASSWORD));
            peer.say("OK\t1\tuser=alice@example.org\trate=gold\n");

            assertThat(await(answer).subject()).isEqualTo("alice@example.org");
            assertThat(await(answer).attributes().getString("rate")).isEqualTo("gold");
        }
    }

    @Test
    void anAuthorizationIdentityIsTheServersToJudge() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            Future<User> answer = login(backend, "alice", "boss", Origins.ENCRYPTED);
            assertThat(peer.readText()).endsWith("\tresp=" + base64("alice\0boss\0" + PASSWORD));
            peer.say("OK\t1\tuser=alice\tauth_user=boss\n");

            assertThat(await(answer).subject()).isEqualTo("alice");
        }
    }

    @Test
    void anOpenConnectionIsNotCalledSecured() {
        DovecotBackend backend = backend(new JsonObject().put("penalty", false).put("service", "submission"));
        try (Peer peer = server.welcome()) {
            Future<User> answer = login(backend, "", "alice", Origins.PLAIN);
            assertThat(peer.read().fields())
                    .contains("service=submission", "no-penalty")
                    .noneMatch(field -> field.startsWith("secured") || field.contains("cert"));
            peer.say("FAIL\t1\tuser=alice\n");

            assertRefused(answer);
        }
    }

    @Test
    void aCertificateThatWasShownIsToldOf() {
        DovecotBackend backend = backend();
        try (Peer peer = server.accept()) {
            peer.say(ScriptedAuthServer.HELLO + "MECH\tPLAIN\nMECH\tEXTERNAL\n" + ScriptedAuthServer.GOODBYE);
            awaitOffer(backend);
            Exchange exchange = backend.begin(
                    "EXTERNAL",
                    Origins.withCertificate(
                            TestCertificates.client("alice@example.org").certificate()));
            Future<Step> answer = exchange.respond(new byte[0]);
            assertThat(peer.readText())
                    .endsWith("\tsecured=tls\tvalid-client-cert\tcert_username=alice@example.org\tresp=");
            peer.say("OK\t1\tuser=alice@example.org\n");

            assertThat(accepted(answer).subject()).isEqualTo("alice@example.org");
        }
    }

    @Test
    void answersFindTheirRequestsInAnyOrder() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            List<Future<User>> answers = new ArrayList<>();
            for (int i = 1; i <= 300; i++) {
                answers.add(login(backend, "user" + i));
            }
            StringBuilder lines = new StringBuilder();
            for (int i = 1; i <= 300; i++) {
                AuthLine line = peer.read();
                String login = plain(line).split("\0")[1];
                lines.insert(0, "OK\t" + line.field(0) + "\tuser=" + login + "@x\n");
            }
            peer.say(lines.toString());

            for (int i = 1; i <= 300; i++) {
                assertThat(await(answers.get(i - 1)).subject()).isEqualTo("user" + i + "@x");
            }
        }
    }

    @Test
    void aMechanismGoesStepByStep() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            awaitOffer(backend);
            Exchange exchange = backend.begin("CRAM-MD5", Origins.PLAIN);
            Future<Step> first = exchange.respond(null);
            assertThat(peer.read().fields()).startsWith("1", "CRAM-MD5").noneMatch(field -> field.startsWith("resp"));
            peer.say("CONT\t1\t" + base64("<1.2@x>") + "\n");
            assertThat(challenge(first)).asString(UTF_8).isEqualTo("<1.2@x>");

            Future<Step> second = exchange.respond("alice 00".getBytes(UTF_8));
            peer.expect("CONT\t1\t" + base64("alice 00"));
            peer.say("OK\t1\tuser=alice\n");
            assertThat(accepted(second).subject()).isEqualTo("alice");
            assertCannotTell(exchange.respond(new byte[0]), "over");
        }
    }

    /** SCRAM's server signature, from a server that sends it with its OK. */
    @Test
    void aLastWordToTheClientComesBeforeSuccess() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            awaitOffer(backend);
            Exchange exchange = backend.begin("LOGIN", Origins.ENCRYPTED);
            Future<Step> first = exchange.respond("x".getBytes(UTF_8));
            peer.read();
            peer.say("OK\t1\tuser=alice\tresp=" + base64("v=abc") + "\n");

            assertThat(challenge(first)).asString(UTF_8).isEqualTo("v=abc");
            assertThat(accepted(exchange.respond(new byte[0])).subject()).isEqualTo("alice");
        }
    }

    /** Dovecot hangs up on who asks for another one, and all other logins with it. */
    @Test
    void whatIsNotOfferedIsNeverAskedFor() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            awaitOffer(backend);
            assertCannotTell(backend.begin("GSSAPI", Origins.ENCRYPTED).respond(null), "does not offer");
            assertCannotTell(backend.begin("LOGIN", Origins.PLAIN).respond(null), "does not offer");
            Future<User> answer = login(backend, "alice");
            assertThat(peer.read().fields()).startsWith("1", "PLAIN");
            peer.say("FAIL\t1\n");
            assertRefused(answer);
        }
    }

    @Test
    void aServerWithoutPlainTakesNoPasswords() {
        DovecotBackend backend = backend();
        assertThat(backend.accepts()).isNotEmpty();
        assertThat(backend.mechanisms(true)).isEmpty();
        try (Peer peer = server.accept()) {
            peer.say(ScriptedAuthServer.HELLO + "MECH\tSCRAM-SHA-256\tmutual-auth\n" + ScriptedAuthServer.GOODBYE);
            awaitOffer(backend);

            assertThat(backend.accepts()).isEmpty();
            assertCannotTell(login(backend, "alice"), "does not offer");
        }
    }

    @Test
    void aCancelledExchangeIsCancelledThere() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            awaitOffer(backend);
            Exchange idle = backend.begin("CRAM-MD5", Origins.PLAIN);
            Future<Step> first = idle.respond(null);
            peer.read();
            peer.say("CONT\t1\t\n");
            challenge(first);
            idle.cancel();
            peer.expect("CANCEL\t1");

            Exchange asking = backend.begin("CRAM-MD5", Origins.PLAIN);
            Future<Step> unanswered = asking.respond(null);
            peer.read();
            asking.cancel();
            peer.expect("CANCEL\t2");
            assertCannotTell(unanswered, "cancelled");

            Exchange early = backend.begin("CRAM-MD5", Origins.PLAIN);
            early.cancel();
            assertCannotTell(early.respond(null), "cancelled");
            // Nothing was sent for it: the next line is another login's.
            peer.say("OK\t1\tuser=late\nOK\t2\tuser=late\nFAIL\t3\nFAIL\t99\n");
            Future<User> next = login(backend, "alice");
            AuthLine line = peer.read();
            assertThat(line.command()).isEqualTo("AUTH");
            peer.say("OK\t" + line.field(0) + "\tuser=alice\n");
            assertThat(await(next).subject()).isEqualTo("alice");
        }
    }

    /** Dovecot says so when its own patience ends. */
    @Test
    void anEndWhileTheClientThinksIsToldWithItsNextMessage() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            awaitOffer(backend);
            Exchange exchange = backend.begin("CRAM-MD5", Origins.PLAIN);
            Future<Step> first = exchange.respond(null);
            peer.read();
            peer.say("CONT\t1\t\nFAIL\t1\tcode=temp_fail\n");
            challenge(first);

            assertCannotTell(exchange.respond(new byte[0]), "temp_fail");
        }
    }

    @Test
    void whatIsTooLongIsRefusedHere() {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            awaitOffer(backend);
            assertRefused(login(backend, "x".repeat(13_000)));
            Exchange exchange = backend.begin("CRAM-MD5", Origins.PLAIN);
            Future<Step> first = exchange.respond(null);
            String id = peer.read().field(0);
            peer.say("CONT\t" + id + "\t\n");
            challenge(first);
            assertRefused(exchange.respond(new byte[13_000]));
            peer.expect("CANCEL\t" + id);
        }
    }

    private static void awaitOffer(DovecotBackend backend) {
        org.awaitility.Awaitility.await().until(() -> !backend.mechanisms(true).isEmpty());
    }

    private static String plain(AuthLine line) {
        String last = line.fields().get(line.fields().size() - 1);
        return new String(Base64.getDecoder().decode(last.substring("resp=".length())), UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
