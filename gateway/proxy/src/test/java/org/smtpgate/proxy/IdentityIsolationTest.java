package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.proxy.upstream.UpstreamSettings.Introduction;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.proxy.upstream.UpstreamSettings.ProxyProtocol;
import org.smtpgate.smtp.sender.Introduction.Xclient;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.ClientSeen;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.Moment;
import org.smtpgate.testkit.SaslAccounts;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.Stage;
import org.smtpgate.testkit.UpstreamBuilder;

/**
 * Many clients with logins of their own, over two connections, that begin, reset, leave and vanish as they like, before
 * an upstream that refuses and goes away now and then: whatever it takes, it takes for the one whose it is.
 */
class IdentityIsolationTest {
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String XCLIENT = "XCLIENT NAME ADDR PORT PROTO HELO LOGIN";
    private static final String XFORWARD = "XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE";
    private static final int CLIENTS = 12;
    private static final int ROUNDS = 6;
    private static final long SEED = 20_261_125;

    /** How the upstream is told. */
    private enum Means {
        XCLIENT_PIPELINED(new UpstreamIdentity.None(), Xclient.REFUSE, false, Pooling.TRANSACTION, "PIPELINING"),
        XCLIENT_ONE_BY_ONE(new UpstreamIdentity.None(), Xclient.IGNORE, false, Pooling.TRANSACTION, "SIZE"),
        XCLIENT_KEPT(new UpstreamIdentity.None(), Xclient.REFUSE, false, Pooling.SESSION, "PIPELINING"),
        XCLIENT_BEHIND_A_LOGIN(service(), Xclient.REFUSE, false, Pooling.TRANSACTION, "PIPELINING"),
        XFORWARD_PIPELINED(new UpstreamIdentity.None(), Xclient.OFF, true, Pooling.TRANSACTION, "PIPELINING"),
        XFORWARD_ONE_BY_ONE(new UpstreamIdentity.None(), Xclient.OFF, true, Pooling.TRANSACTION, "SIZE"),
        BOTH(new UpstreamIdentity.None(), Xclient.REFUSE, true, Pooling.TRANSACTION, "PIPELINING"),
        PASSTHROUGH(
                new UpstreamIdentity.Passthrough(new Method(null, true)),
                Xclient.OFF,
                false,
                Pooling.TRANSACTION,
                "PIPELINING"),
        PASSTHROUGH_AND_XCLIENT(
                new UpstreamIdentity.Passthrough(new Method(null, true)),
                Xclient.REFUSE,
                true,
                Pooling.TRANSACTION,
                "PIPELINING"),
        DELEGATED(
                new UpstreamIdentity.Delegated(new Method(null, true), "master", "open sesame", ""),
                Xclient.OFF,
                false,
                Pooling.TRANSACTION,
                "PIPELINING");

        private final UpstreamIdentity identity;
        private final Introduction introduction;
        private final Pooling pooling;
        private final String extension;

        Means(UpstreamIdentity identity, Xclient xclient, boolean xforward, Pooling pooling, String extension) {
            this.identity = identity;
            this.introduction = new Introduction(xclient, xforward, ProxyProtocol.OFF, false);
            this.pooling = pooling;
            this.extension = extension;
        }

        private static UpstreamIdentity service() {
            return new UpstreamIdentity.Service(new Method(null, true), "gateway", new Proof.Password("open sesame"));
        }

        /** Whom the upstream takes a message to be from, by each of the means. */
        List<String> owners(ClientSeen seen) {
            List<String> owners = new ArrayList<>();
            if (identity.needsLogin()) {
                owners.add(seen.login());
            }
            if (isToldByXclient(seen)) {
                owners.add(seen.xclient().get("HELO"));
                owners.add(
                        logsIn() ? seen.xclient().get("HELO") : seen.xclient().get("LOGIN"));
            }
            if (introduction.xforward() && !seen.xforward().isEmpty()) {
                owners.add(seen.xforward().get("HELO"));
            }
            return owners;
        }

        boolean logsIn() {
            return !(identity instanceof UpstreamIdentity.None);
        }

        /** Where it may do without, it must be wholly without. */
        private boolean isToldByXclient(ClientSeen seen) {
            boolean without =
                    introduction.xclient() == Xclient.IGNORE && seen.xclient().isEmpty();
            return introduction.xclient() != Xclient.OFF && !without;
        }
    }

    @ParameterizedTest
    @EnumSource(Means.class)
    void nothing_of_one_client_is_seen_in_anothers_transaction(Means means) throws Exception {
        SaslAccounts accounts = new SaslAccounts("PLAIN", "SCRAM-SHA-256")
                .password("gateway", "open sesame")
                .master("master", "open sesame");
        for (int i = 0; i < CLIENTS; i++) {
            accounts.password("user" + i, "secret of user" + i);
        }
        Queue<String> accepted = new ConcurrentLinkedQueue<>();
        try (ScriptedUpstream upstream = upstream(means, accounts);
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .identity(means.identity)
                        .introduction(means.introduction)
                        .pooling(means.pooling)
                        .pool(new Pool(2, 1_000, SOON, 3, SOON, SOON, 20))
                        .auth(true, true)
                        .backend(PasswordJudge.ofAnybody())
                        .eventLoops(2)
                        .start()) {
            ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
            List<java.util.concurrent.Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                all.add(clients.submit(() -> client(gateway.port(), number, accepted)));
            }
            clients.shutdown();
            for (java.util.concurrent.Future<?> each : all) {
                each.get(120, TimeUnit.SECONDS);
            }
            assertThat(upstream.received())
                    .allSatisfy(message ->
                            assertThat(means.owners(message.client())).allMatch(owner(message)::equals));
            assertThat(upstream.received())
                    .filteredOn(message -> !means.owners(message.client()).isEmpty())
                    .hasSizeGreaterThan(CLIENTS * ROUNDS / 6);
            assertThat(upstream.messages()).extracting(Message::id).containsAll(accepted);
            assertThat(accepted).hasSizeGreaterThan(CLIENTS * ROUNDS / 4);
            assertThat(upstream.violations()).isEmpty();
        }
    }

    private static ScriptedUpstream upstream(Means means, SaslAccounts accounts) {
        UpstreamBuilder builder = ScriptedUpstream.builder()
                .extensions(means.extension, XCLIENT, XFORWARD)
                .fault(Moment.at(Stage.MAIL).nth(5), Fault.RST)
                .fault(Moment.at(Stage.RCPT).nth(9), Fault.EOF)
                .fault(Moment.at(Stage.MAIL).nth(17), Fault.REPLY_421)
                .reply(Moment.at(Stage.MAIL).nth(11), "450 4.2.0 not now")
                .reply(Moment.at(Stage.END_OF_DATA).nth(4), "451 4.3.0 not now")
                .fault(Moment.at(Stage.END_OF_DATA).nth(8), Fault.RST)
                .fault(Moment.at(Stage.XCLIENT).nth(6), Fault.REPLY_421)
                .reply(Moment.at(Stage.XFORWARD).nth(7), "421 4.3.2 not any more")
                .fault(Moment.at(Stage.AUTH).nth(5), Fault.EOF);
        for (int i = 9; i < 30; i += 3) {
            builder.reply(Moment.at(Stage.XCLIENT).nth(i), "550 5.7.0 not any more");
        }
        return means.logsIn() ? builder.accounts(accounts).start() : builder.start();
    }

    private static void client(int port, int number, Queue<String> accepted) {
        String user = "user" + number;
        Random random = new Random(SEED + number);
        for (int round = 0; round < ROUNDS; round++) {
            try (SmtpClient client = SmtpClient.connect(port).timeout(SOON)) {
                client.expect(220);
                client.send("EHLO " + user).expect(250);
                client.authPlain(user, "secret of " + user);
                boolean going = true;
                for (int step = 0; going && step < 4; step++) {
                    going = step(client, random.nextInt(6), user, round + "." + step, accepted);
                }
            }
        }
    }

    /** Whether the client stays. */
    private static boolean step(SmtpClient client, int what, String user, String number, Queue<String> accepted) {
        switch (what) {
            case 0 -> {
                client.send("MAIL FROM:<" + user + "@example.org>").reply();
                client.send("RSET").expect(250);
                return true;
            }
            case 1 -> {
                client.pipeline("MAIL FROM:<" + user + "@example.org>", "RCPT TO:<b@example.org>");
                // It vanishes, and its commands are on their way.
                return false;
            }
            case 2 -> {
                client.pipeline("MAIL FROM:<" + user + "@example.org>", "QUIT");
                client.reply();
                client.expect(221);
                return false;
            }
            default -> {
                return deliver(client, user, number, accepted);
            }
        }
    }

    private static boolean deliver(SmtpClient client, String user, String number, Queue<String> accepted) {
        client.pipeline("MAIL FROM:<" + user + "@example.org>", "RCPT TO:<b@example.org>", "DATA");
        client.reply();
        client.reply();
        if (client.reply().code() != 354) {
            client.send("RSET");
            Answer answer = client.reply();
            // With a connection of its own that is gone for good, the session may be over.
            return answer.code() == 250;
        }
        String id = user + "-" + number;
        if (client.message("X-Test-Id: " + id + "\r\n\r\nHello\r\n").reply().code() == 250) {
            accepted.add(id);
        }
        return true;
    }

    private static String owner(Message message) {
        return message.id().substring(0, message.id().indexOf('-'));
    }
}
