package org.smtpgate.it.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.testkit.Answer;
import org.smtpgate.testkit.SmtpClient;

/** One session of a client, which takes nothing from the gateway that the closure contract does not allow. */
final class MailSession {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SessionPlan plan;
    private final SmtpClient client;
    private final Mailbag bag;
    private final Tally tally;
    private boolean quitSaid;

    private MailSession(SessionPlan plan, SmtpClient client, Mailbag bag, Tally tally) {
        this.plan = plan;
        this.client = client;
        this.bag = bag;
        this.tally = tally;
    }

    /** Where a reply was read. */
    private enum At {
        MAIL,
        RCPT,
        DATA,
        END_OF_DATA,
        RSET,
        QUIT
    }

    /** The gateway has said that it ends the session, and ended it in order. */
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        Ended() {
            super("ended by the gateway", null, false, false);
        }
    }

    /** Sends this message, and more as planned. */
    static void run(SessionPlan plan, int port, Mailbag.Entry first, Mailbag bag, Tally tally) {
        List<Mailbag.Entry> inHand = new ArrayList<>(List.of(first));
        try (SmtpClient client = SmtpClient.connect(port).timeout(PATIENCE)) {
            new MailSession(plan, client, bag, tally).run(inHand);
        } catch (Ended e) {
            tally.endedByGateway();
        } catch (AssertionError e) {
            tally.violation(plan + ": " + e.getMessage());
        } finally {
            inHand.forEach(bag::deferred);
        }
    }

    private void run(List<Mailbag.Entry> inHand) {
        client.greet();
        if (plan.secured()) {
            client.startTls().ehlo();
            client.authPlain(GatewaySetup.USER, GatewaySetup.PASSWORD);
        }
        for (int left = plan.messages(); left > 0 && !inHand.isEmpty(); left--) {
            Mailbag.Entry entry = inHand.get(0);
            boolean delivered = send(entry, left == 1);
            inHand.clear();
            if (delivered) {
                bag.delivered();
            } else {
                bag.deferred(entry);
            }
            takeAnother(left, inHand);
        }
        quit();
    }

    private void takeAnother(int left, List<Mailbag.Entry> inHand) {
        Mailbag.Entry next = left > 1 && !quitSaid ? bag.poll() : null;
        if (next != null) {
            inHand.add(next);
            LockSupport.parkNanos(plan.pause().toNanos());
        }
    }

    /** Whether the message was acknowledged. */
    private boolean send(Mailbag.Entry entry, boolean last) {
        List<String> accepted = new ArrayList<>();
        boolean goOn = plan.pipelined() ? envelopeAtOnce(entry.mail(), accepted) : envelope(entry, accepted);
        if (!goOn) {
            return false;
        }
        boolean quits = last && plan.goodbye() != SessionPlan.Goodbye.QUIT;
        content(entry.mail(), quits);
        Answer answer = read(At.END_OF_DATA, 250, 451);
        if (answer.code() == 250) {
            tally.acknowledged(accepted);
        } else if (answer.text().contains("not confirmed")) {
            tally.notConfirmed(entry.mail());
        }
        return answer.code() == 250;
    }

    private void content(PlannedMail mail, boolean quits) {
        client.sendRaw(mail.wire());
        if (quits) {
            client.send("QUIT");
            quitSaid = true;
            if (plan.goodbye() == SessionPlan.Goodbye.PIPELINED_QUIT_AND_HALF_CLOSE) {
                client.halfClose();
            }
        }
    }

    /** Command by command; whether the content is wanted. */
    private boolean envelope(Mailbag.Entry entry, List<String> accepted) {
        PlannedMail mail = entry.mail();
        client.send("MAIL FROM:<" + mail.sender() + ">");
        if (read(At.MAIL, 250, 451).code() != 250) {
            return false;
        }
        for (String recipient : mail.recipients()) {
            client.send("RCPT TO:<" + recipient + ">");
            Answer answer = read(At.RCPT, 250, 451);
            if (answer.code() != 250) {
                return startAfresh(entry, answer);
            }
            accepted.add(recipient);
        }
        client.send("DATA");
        Answer answer = read(At.DATA, 354, 451);
        return answer.code() == 354 || startAfresh(entry, answer);
    }

    /** A transaction that was lost needs no RSET before the next MAIL, and every second time none is sent. */
    private boolean startAfresh(Mailbag.Entry entry, Answer answer) {
        boolean lost = answer.status().equals("4.4.2");
        if (!lost || (entry.mail().number() + entry.tries()) % 2 == 0) {
            client.send("RSET");
            read(At.RSET, 250);
        }
        return false;
    }

    /** All commands as a group: those behind one that failed are out of order. */
    private boolean envelopeAtOnce(PlannedMail mail, List<String> accepted) {
        Stream<String> rcpts = mail.recipients().stream().map(recipient -> "RCPT TO:<" + recipient + ">");
        client.pipeline(Stream.concat(
                        Stream.concat(Stream.of("MAIL FROM:<" + mail.sender() + ">"), rcpts), Stream.of("DATA"))
                .toArray(String[]::new));
        boolean good = read(At.MAIL, 250, 451).code() == 250;
        for (String recipient : mail.recipients()) {
            boolean taken =
                    read(At.RCPT, good ? new int[] {250, 451} : new int[] {503}).code() == 250;
            if (taken) {
                accepted.add(recipient);
            }
            good &= taken;
        }
        return read(At.DATA, good ? new int[] {354, 451} : new int[] {503}).code() == 354;
    }

    private void quit() {
        if (!quitSaid) {
            client.send("QUIT");
        }
        read(At.QUIT, 221);
        client.expectCleanEnd();
    }

    private Answer read(At at, int... allowed) {
        Answer answer = client.reply();
        tally.replied(answer.code());
        for (int code : allowed) {
            if (answer.code() == code) {
                return answer;
            }
        }
        if (mayEnd(at, answer)) {
            client.expectCleanEnd();
            throw new Ended();
        }
        throw new AssertionError("read " + answer + " at " + at + "\n" + client.transcript());
    }

    /** Rows 2 and 5 of the contract: a session whose own connection is gone may be ended where it was idle. */
    private boolean mayEnd(At at, Answer answer) {
        boolean idle = at == At.MAIL || at == At.RSET || at == At.QUIT;
        boolean goodbye = answer.code() == 221 && idle;
        boolean irreplaceable =
                answer.code() == 421 && at != At.END_OF_DATA && answer.status().equals("4.4.2");
        return plan.lane().keepsConnection() && (goodbye || irreplaceable);
    }
}
