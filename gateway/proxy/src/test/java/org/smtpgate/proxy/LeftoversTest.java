package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pool;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Message;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.UpstreamConnection;

/**
 * Users who share upstream connections, and end their transactions in every bad way there is: nothing of one is in
 * another's. All that a user sends has its name in it, so whatever strays can be told.
 */
class LeftoversTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int USERS = 12;
    private static final int TURNS = 25;
    private static final Pattern USER = Pattern.compile("user(\\d+)x");

    /** What a client does with a transaction; some of it begins in the same bytes as the next command. */
    private enum Deed {
        SEND {
            @Override
            void by(SmtpClient client, String user) {
                client.transaction(from(user), to(user), body(user)).expect(250);
            }
        },
        RESET_AFTER_MAIL {
            @Override
            void by(SmtpClient client, String user) {
                client.mail(from(user)).send("RSET").expect(250);
            }
        },
        RESET_AFTER_RCPT_IN_ONE_WRITE {
            @Override
            void by(SmtpClient client, String user) {
                client.pipeline("MAIL FROM:<" + from(user) + ">", "RCPT TO:<" + to(user) + ">", "RSET");
                client.reply();
                client.reply();
                client.expect(250);
            }
        },
        RESET_BEFORE_AN_ANSWER_THEN_SEND {
            @Override
            void by(SmtpClient client, String user) {
                client.pipeline("MAIL FROM:<" + from(user) + ">", "RSET", "MAIL FROM:<" + from(user) + ">");
                client.reply();
                client.expect(250);
                client.expect(250);
                client.rcpt(to(user)).data().message(body(user)).expect(250);
            }
        },
        VANISH_AFTER_MAIL {
            @Override
            void by(SmtpClient client, String user) {
                client.mail(from(user)).reset();
            }
        },
        VANISH_BEFORE_AN_ANSWER {
            @Override
            void by(SmtpClient client, String user) {
                client.pipeline("MAIL FROM:<" + from(user) + ">", "RCPT TO:<" + to(user) + ">", "DATA");
                client.reset();
            }
        },
        VANISH_IN_CONTENT {
            @Override
            void by(SmtpClient client, String user) {
                client.mail(from(user)).rcpt(to(user)).data();
                client.sendRaw("X-User: " + user + "\r\nsecret of " + user + "\r\n");
                client.reset();
            }
        },
        HALF_CLOSE_IN_CONTENT {
            @Override
            void by(SmtpClient client, String user) {
                client.mail(from(user)).rcpt(to(user)).data();
                client.sendRaw("secret of " + user + "\r\n.").halfClose();
            }
        },
        QUIT_IN_A_TRANSACTION {
            @Override
            void by(SmtpClient client, String user) {
                client.mail(from(user)).rcpt(to(user)).send("QUIT").expect(221);
            }
        },
        EHLO_IN_A_TRANSACTION {
            @Override
            void by(SmtpClient client, String user) {
                client.mail(from(user)).rcpt(to(user)).ehlo();
            }
        },
        A_BARE_NEWLINE_IN_CONTENT {
            @Override
            void by(SmtpClient client, String user) {
                client.mail(from(user)).rcpt(to(user)).data();
                client.sendRaw("secret of " + user + "\n.\r\nMAIL FROM:<evil@example.org>\r\n.\r\n");
                client.reply();
            }
        };

        abstract void by(SmtpClient client, String user);

        boolean endsTheSession() {
            return name().startsWith("VANISH") || this == HALF_CLOSE_IN_CONTENT || this == QUIT_IN_A_TRANSACTION;
        }

        private static String from(String user) {
            return user + "@sender.example";
        }

        private static String to(String user) {
            return user + "@recipient.example";
        }

        private static String body(String user) {
            return "X-User: " + user + "\r\n\r\nsecret of " + user + "\r\n";
        }
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void nothing_of_one_users_transaction_is_in_another_s(Pooling pooling) throws Exception {
        long seed = System.nanoTime();
        try (ScriptedUpstream upstream =
                        ScriptedUpstream.builder().maxConnections(3).start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .pool(new Pool(3, 1_000, SOON, 3, SOON, SOON, 40))
                        .pooling(pooling)
                        .eventLoops(2)
                        .start()) {
            ExecutorService clients = Executors.newFixedThreadPool(USERS);
            List<Future<?>> done = new ArrayList<>();
            for (int user = 0; user < USERS; user++) {
                String name = "user" + user + "x";
                Random random = new Random(seed + user);
                done.add(clients.submit(() -> behaveBadly(gateway.port(), name, random)));
            }
            for (Future<?> client : done) {
                client.get(120, TimeUnit.SECONDS);
            }
            clients.shutdown();
            gateway.awaitStop();
            assertThat(upstream.violations()).as("seed " + seed).isEmpty();
            upstream.received().forEach(message -> assertOfOneUser(message, seed));
            upstream.connections().forEach(connection -> assertOfOneUserEach(connection, seed));
            assertThat(upstream.messages()).as("seed " + seed).isNotEmpty();
        }
    }

    private static void behaveBadly(int port, String user, Random random) {
        for (int turn = 0; turn < TURNS; ) {
            try (SmtpClient client = SmtpClient.connect(port).timeout(SOON)) {
                client.greet();
                Deed deed;
                do {
                    deed = Deed.values()[random.nextInt(Deed.values().length)];
                    deed.by(client, user);
                    turn++;
                } while (turn < TURNS && !deed.endsTheSession());
            }
        }
    }

    private static void assertOfOneUser(Message message, long seed) {
        String owner = userOf(message.mail());
        assertThat(message.rcpts())
                .as("seed " + seed)
                .hasSize(1)
                .allMatch(rcpt -> userOf(rcpt).equals(owner));
        Matcher users = USER.matcher(message.text());
        while (users.find()) {
            assertThat(users.group(1))
                    .as("seed " + seed + ", in the content of " + message.mail())
                    .isEqualTo(owner);
        }
    }

    /** Between one MAIL and the next there is one user, and before the next the one before is over. */
    private static void assertOfOneUserEach(UpstreamConnection connection, long seed) {
        String owner = null;
        boolean open = false;
        for (String command : connection.commands()) {
            String as = "seed " + seed + ", " + connection;
            if (command.startsWith("MAIL")) {
                assertThat(open).as(as).isFalse();
                owner = userOf(command);
                open = true;
            } else if (command.startsWith("RCPT")) {
                assertThat(userOf(command)).as(as).isEqualTo(owner);
            } else if (command.equals("RSET") || command.equals("DATA")) {
                open = false;
            } else {
                assertThat(command).as(as).matches("EHLO .*|QUIT");
            }
        }
    }

    private static String userOf(String command) {
        Matcher user = USER.matcher(command);
        assertThat(user.find()).as(command).isTrue();
        return user.group(1);
    }
}
