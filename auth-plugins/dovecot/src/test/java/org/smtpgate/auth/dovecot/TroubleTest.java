package org.smtpgate.auth.dovecot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.smtpgate.auth.dovecot.Outcomes.assertCannotTell;
import static org.smtpgate.auth.dovecot.Outcomes.assertRefused;
import static org.smtpgate.auth.dovecot.Outcomes.challenge;
import static org.smtpgate.auth.dovecot.Outcomes.failure;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SaslBackend.Exchange;
import org.smtpgate.auth.SaslBackend.Step;
import org.smtpgate.auth.dovecot.ScriptedAuthServer.Peer;
import org.smtpgate.testkit.auth.LogCapture;

/** Servers that are away, slow, hostile or somebody else: nobody is told that a password is wrong, and none waits long. */
class TroubleTest extends ScriptedServerTest {
    private static final String SHORT = "300ms";

    @Test
    void theServersWordsMayComeInPieces() {
        DovecotBackend backend = backend();
        try (Peer peer = server.accept()) {
            peer.sayInPieces(ScriptedAuthServer.HELLO + ScriptedAuthServer.MECHANISMS + ScriptedAuthServer.GOODBYE);
            Future<User> answer = login(backend, "alice");
            peer.read();
            peer.sayInPieces("OK\t1\tuser=jürgen\tnote=a\u0001tb\n");

            assertThat(Outcomes.await(answer).subject()).isEqualTo("jürgen");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VERSION\t2\t0\n",
                "VERSION\t1\t2\nOK\t1\tuser=root\n",
                "SPID\t1\nDONE\n",
                "220 mail.example.org ESMTP\r\nDONE\n",
                "LONG"
            })
    void whoIsNoAuthServerIsLeft(String words) {
        DovecotBackend backend = backend();
        Future<User> answer = login(backend, "alice");
        try (Peer peer = server.accept()) {
            peer.sayRaw(words.equals("LONG") ? "x".repeat(AuthLine.MAX_OCTETS) : words);
            peer.expectEnd();
            assertCannotTell(answer, "broke the protocol");
        }
        assertThat(backend.mechanisms(true)).isEmpty();
        assertThat(backend.accepts()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OK\tuser=alice\n",
                "OK\n",
                "OK\t-\tuser=alice\n",
                "OK\t99999999999\tuser=alice\n",
                "CONT\t1\t***\n",
                "CONT\t1\t\nCONT\t1\t\n",
                "CONT\t1\t\nOK\t1\tuser=alice\n",
                "LONG"
            })
    void aHostileAnswerEndsTheConnectionAndTheNextLoginHasAnother(String words) {
        DovecotBackend backend = backend();
        try (Peer peer = server.welcome()) {
            Future<User> other = login(backend, "bob");
            peer.read();
            Exchange exchange = backend.begin("CRAM-MD5", Origins.PLAIN);
            Future<Step> answer = exchange.respond(null);
            String id = peer.read().field(0);
            peer.sayRaw(words.equals("LONG") ? "OK\t" + "x".repeat(20_000) : words.replace("\t1\t", "\t" + id + "\t"));
            peer.expectEnd();
            assertCannotTell(other, "broke the protocol");
            if (!words.startsWith("CONT\t1\t\n")) {
                assertCannotTell(answer, "broke the protocol");
            }
            assertCannotTell(exchange.respond(new byte[0]), "");
        }
        try (Peer again = server.welcome()) {
            Future<User> next = login(backend, "alice");
            again.read();
            again.say("OK\t1\tuser=alice\n");
            assertThat(Outcomes.await(next).subject()).isEqualTo("alice");
        }
    }

    /** Words of any kind end in an answer or in the connection's end, never in a login that hangs. */
    @Test
    void rubbishLeavesNoLoginUnanswered() {
        Random random = new Random(42);
        Set<String> outcomes = new TreeSet<>();
        for (int round = 0; round < 60; round++) {
            Future<User> answer;
            try (ScriptedAuthServer talker = new ScriptedAuthServer()) {
                answer = login(
                        backend(new JsonObject()
                                .put("address", "127.0.0.1:" + talker.port())
                                .put("answer-timeout", "100ms")),
                        "alice");
                try (Peer peer = talker.welcome()) {
                    peer.sayRaw(rubbish(random, peer.read().field(0)));
                    Outcomes.await(answer.otherwiseEmpty());
                }
            }
            outcomes.add(
                    answer.succeeded() ? "accepted" : answer.cause().getClass().getSimpleName());
        }
        assertThat(outcomes).contains("DovecotException", "InvalidCredentialsException");
    }

    private static String rubbish(Random random, String id) {
        List<String> words = new ArrayList<>(
                List.of("OK\t", "FAIL\t", "CONT\t", "\t", "\n", "\r", "\1", "\0", "\u00ff", "resp=%", "user=a", "7"));
        words.addAll(Collections.nCopies(4, id + "\t"));
        StringBuilder rubbish = new StringBuilder();
        random.ints(60, 0, words.size()).forEach(word -> rubbish.append(words.get(word)));
        return rubbish.toString();
    }

    @Test
    void aSlowAnswerIsGivenUpAndTheOthersGoOn() {
        DovecotBackend backend = backend(new JsonObject().put("answer-timeout", SHORT));
        try (Peer peer = server.welcome()) {
            Exchange exchange = begun(backend, peer);
            Future<Step> slow = exchange.respond(new byte[0]);
            String slowId = peer.read().field(0);
            Future<User> quick = login(backend, "alice");
            String quickId = peer.read().field(0);
            peer.say("OK\t" + quickId + "\tuser=alice\n");
            Outcomes.await(quick);

            assertCannotTell(slow, "no answer within 300 ms");
            peer.expect("CANCEL\t" + slowId);
            Future<User> next = login(backend, "alice");
            peer.say("OK\t" + peer.read().field(0) + "\tuser=alice\n");
            assertThat(Outcomes.await(next).subject()).isEqualTo("alice");
        }
    }

    /** A firewall that forgot the connection looks so: nothing comes back, and nothing says why. */
    @Test
    void aSilentConnectionIsReplaced() {
        DovecotBackend backend = backend(new JsonObject().put("answer-timeout", SHORT));
        try (Peer silent = server.welcome()) {
            Future<User> first = login(backend, "alice");
            Future<User> second = login(backend, "bob");
            assertCannotTell(first, "no answer within 300 ms");
            assertThat(failure(second)).isInstanceOf(DovecotException.class);
            try (Peer peer = server.welcome()) {
                assertThat(peer.pid()).isNotEqualTo(silent.pid()).isPositive();
                Future<User> next = login(backend, "alice");
                peer.read();
                peer.say("OK\t1\tuser=alice\n");
                assertThat(Outcomes.await(next).subject()).isEqualTo("alice");
            }
        }
    }

    @Test
    void anOpenDoorWithNobodyBehindItIsLeft() {
        DovecotBackend backend = backend(new JsonObject().put("connect-timeout", SHORT));
        Future<User> answer = login(backend, "alice");
        try (Peer peer = server.accept()) {
            peer.say(ScriptedAuthServer.HELLO);
            assertCannotTell(answer, "no handshake within 300 ms");
            peer.expectEnd();
        }
    }

    @Test
    void whatIsUnderWayWhenTheServerGoesIsNotCalledWrong() {
        DovecotBackend backend = backend();
        Exchange exchange;
        Future<User> answer;
        try (Peer peer = server.welcome()) {
            exchange = begun(backend, peer);
            answer = login(backend, "alice");
            peer.read();
            server.stopListening();
        }
        assertCannotTell(answer, "closed the connection");
        assertCannotTell(exchange.respond(new byte[0]), "closed the connection");
        assertCannotTell(login(backend, "alice"), "refused");
        assertThat(backend.mechanisms(true)).contains("CRAM-MD5");
    }

    /** After half a minute without a server it is asked for twice a minute; a client does not wait for that. */
    @Test
    void aLoginConnectsAtOnce() {
        DovecotBackend backend = backend();
        server.welcome().close();
        server.stopListening();
        await().until(() -> failure(login(backend, "alice")).getMessage().contains("refused"));
        for (int i = 0; i < 12; i++) {
            assertCannotTell(login(backend, "alice"), "refused");
        }
        server.listenAgain();
        Future<User> answer = login(backend, "alice");
        try (Peer peer = server.welcome()) {
            peer.read();
            peer.say("OK\t1\tuser=alice\n");
            assertThat(Outcomes.await(answer).subject()).isEqualTo("alice");
        }
    }

    /** So that EHLO offers again what the server can. */
    @Test
    void aServerThatComesLateIsFoundWithoutALogin() {
        server.stopListening();
        DovecotBackend backend = backend();
        assertCannotTell(login(backend, "alice"), "refused");
        server.listenAgain();
        try (Peer peer = server.welcome()) {
            await().until(() -> backend.mechanisms(false).contains("CRAM-MD5"));
            assertThat(peer.pid()).isPositive();
        }
    }

    @Test
    void noMoreLoginsAreUnderWayThanAllowed() {
        DovecotBackend backend = backend(new JsonObject().put("max-requests", 2));
        try (Peer peer = server.welcome()) {
            List<Future<User>> answers = new ArrayList<>();
            answers.add(login(backend, "alice"));
            answers.add(login(backend, "bob"));
            List<String> ids = List.of(peer.read().field(0), peer.read().field(0));
            Outcomes.assertTooBusy(login(backend, "carol"), "2 logins are under way");

            ids.forEach(id -> peer.say("FAIL\t" + id + "\n"));
            answers.forEach(Outcomes::assertRefused);
            Future<User> next = login(backend, "carol");
            peer.say("FAIL\t" + peer.read().field(0) + "\n");
            assertRefused(next);
        }
    }

    @Test
    void loginsThatWaitForAConnectionCountToo() {
        DovecotBackend backend = backend(new JsonObject().put("max-requests", 2).put("connect-timeout", "5s"));
        Future<User> first = login(backend, "alice");
        Future<User> second = login(backend, "bob");
        Outcomes.assertTooBusy(login(backend, "carol"), "2 logins are under way");
        try (Peer peer = server.welcome()) {
            peer.say("FAIL\t" + peer.read().field(0) + "\n");
            peer.say("FAIL\t" + peer.read().field(0) + "\n");
            assertRefused(first);
            assertRefused(second);
        }
    }

    @Test
    void clientsThatNeverAnswerKeepNobodyOut() {
        DovecotBackend backend = backend(new JsonObject().put("max-requests", 2));
        try (Peer peer = server.welcome()) {
            Exchange oldest = begun(backend, peer);
            Exchange younger = begun(backend, peer);
            Future<User> answer = login(backend, "alice");
            peer.expect("CANCEL\t1");
            peer.say("OK\t" + peer.read().field(0) + "\tuser=alice\n");
            Outcomes.await(answer);

            assertCannotTell(oldest.respond(new byte[0]), "slow");
            Future<Step> going = younger.respond(new byte[0]);
            peer.expect("CONT\t2\t");
            peer.say("FAIL\t2\n");
            assertRefused(going);
        }
    }

    @Test
    void closingAnswersWhatIsUnderWay() {
        DovecotBackend backend = unclosed(new JsonObject());
        try (Peer peer = server.welcome()) {
            Future<User> answer = login(backend, "alice");
            peer.read();
            Outcomes.await(backend.close());
            assertCannotTell(answer, "closed");
            assertCannotTell(login(backend, "alice"), "closed");
            peer.expectEnd();
        }
    }

    @Test
    void closingAnswersWhatWaitsForAConnection() {
        DovecotBackend backend = unclosed(new JsonObject());
        try (Peer peer = server.accept()) {
            Future<User> answer = login(backend, "alice");
            Outcomes.await(backend.close());
            assertCannotTell(answer, "closed");
            peer.expectEnd();
        }
    }

    @Test
    void noSecretIsLoggedOrQuoted() {
        StringWriter told = new StringWriter();
        try (LogCapture log = LogCapture.start()) {
            DovecotBackend backend = backend(new JsonObject().put("answer-timeout", SHORT));
            try (Peer peer = server.welcome()) {
                Future<User> proxied = login(backend, "alice");
                peer.say("OK\t" + peer.read().field(0) + "\tuser=alice\tproxy\tpass=" + PASSWORD + "\n");
                told.write(Outcomes.await(proxied).attributes().encode());
                told.write(Outcomes.await(proxied).principal().encode());
                Future<User> disabled = login(backend, "alice");
                peer.say("FAIL\t" + peer.read().field(0) + "\tcode=user_disabled\treason=gone\u0001n!\n");
                failure(disabled).printStackTrace(new PrintWriter(told));
                failure(login(backend, "alice")).printStackTrace(new PrintWriter(told));
            }
            failure(login(backend, "alice")).printStackTrace(new PrintWriter(told));
            told.write(log.text());
        }
        assertThat(told.toString())
                .contains("session=s-1 mechanism=PLAIN refused code=user_disabled reason=gone !")
                .contains(InvalidCredentialsException.class.getName())
                .doesNotContain(PASSWORD)
                .doesNotContain(Base64.getEncoder().encodeToString(("\0alice\0" + PASSWORD).getBytes()));
    }

    /** An exchange whose client is to speak. */
    private static Exchange begun(DovecotBackend backend, Peer peer) {
        await().until(() -> !backend.mechanisms(true).isEmpty());
        Exchange exchange = backend.begin("CRAM-MD5", Origins.PLAIN);
        Future<Step> first = exchange.respond(null);
        peer.say("CONT\t" + peer.read().field(0) + "\t\n");
        challenge(first);
        return exchange;
    }
}
