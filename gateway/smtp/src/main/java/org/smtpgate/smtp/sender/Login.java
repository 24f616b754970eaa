package org.smtpgate.smtp.sender;

import java.util.Base64;
import java.util.Deque;
import java.util.List;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;

/**
 * One login by AUTH (RFC 4954 section 4), of one attempt or several. What is said in it is the mechanism's, which the
 * driver has. Where the connection is of no more use the methods give a {@link Loss}, and null else.
 */
final class Login {
    /** Of a command line, its CRLF included (RFC 5321 section 4.5.3.1.4); RFC 4954 makes no exception for AUTH. */
    private static final int COMMAND_OCTETS_MAX = 512;

    /** More than any mechanism has: an upstream that never comes to an end must not hold a connection for ever. */
    private static final int CHALLENGES_MAX = 16;

    private static final String CANCEL = "*";
    private static final Base64.Encoder ENCODER = Base64.getEncoder();
    private static final Base64.Decoder DECODER = Base64.getDecoder();

    /** Whose turn it is. */
    private enum State {
        /** The driver's: to choose a mechanism. */
        CHOOSING,
        /** The upstream's; what is to be said then did not fit into the command. */
        INITIAL_HELD,
        /** The upstream's. */
        SAID,
        /** The driver's: to answer a challenge. */
        CHALLENGED,
        /** The upstream's, to a {@code *}. */
        CANCELLED
    }

    private final Deque<SenderAction> actions;
    private final Outbox outbox;
    private final List<String> offered;

    private State state = State.CHOOSING;
    private String held;
    private boolean complete;
    private int challenges;
    private Reply refusal;
    private String whyCancelled;

    /** @param offered mechanisms */
    Login(Deque<SenderAction> actions, Outbox outbox, List<String> offered) {
        this.actions = actions;
        this.outbox = outbox;
        this.offered = offered;
    }

    Loss begin() {
        if (offered.isEmpty()) {
            return lost(null, "the upstream does not offer AUTH");
        }
        state = State.CHOOSING;
        actions.add(new SenderAction.Authenticate(offered, refusal));
        return null;
    }

    // The driver's turn

    /** @param enough whether the mechanism needs nothing more to know that the upstream is right */
    void authenticate(String mechanism, byte[] initial, boolean enough) {
        require(State.CHOOSING);
        complete = enough;
        String command = "AUTH " + mechanism;
        String response = initial == null ? "" : initial.length == 0 ? " =" : " " + ENCODER.encodeToString(initial);
        if (command.length() + response.length() + 2 <= COMMAND_OCTETS_MAX) {
            say(command + response);
        } else {
            say(command);
            held = response.strip();
            state = State.INITIAL_HELD;
        }
    }

    void respond(byte[] response, boolean enough) {
        require(State.CHALLENGED);
        complete = enough;
        say(ENCODER.encodeToString(response));
    }

    Loss giveUp(String why) {
        if (state == State.CHALLENGED) {
            cancel(why);
            return null;
        }
        return lost(refusal, why);
    }

    // The upstream's turn

    /** It said 334. */
    Loss challenged(Reply challenge) {
        challenges++;
        if (challenges > CHALLENGES_MAX || state == State.CANCELLED) {
            return new Loss(Loss.Kind.PROTOCOL, challenge, "a challenge too many");
        }
        byte[] bytes = decode(challenge);
        if (state == State.INITIAL_HELD) {
            say(held);
        } else if (bytes == null) {
            cancel("a challenge that is not base64");
        } else {
            state = State.CHALLENGED;
            actions.add(new SenderAction.Challenge(bytes));
        }
        return null;
    }

    Loss refused(Reply reply) {
        refusal = reply;
        return state == State.CANCELLED ? lost(reply, whyCancelled) : begin();
    }

    /** It said 235. */
    Loss accepted(Reply reply) {
        return state == State.SAID && complete
                ? null
                : lost(reply, "a success before the upstream has shown that it knows the secret");
    }

    private void cancel(String why) {
        say(CANCEL);
        state = State.CANCELLED;
        whyCancelled = why;
    }

    private void say(String line) {
        outbox.writeLine(Stage.AUTH, line);
        state = State.SAID;
    }

    /** Null for what is not base64. */
    private static byte[] decode(Reply challenge) {
        try {
            return challenge.lines().size() > 1
                    ? null
                    : DECODER.decode(challenge.lines().get(0).strip());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Loss lost(Reply reply, String text) {
        return new Loss(Loss.Kind.AUTHENTICATION, reply, text);
    }

    private void require(State needed) {
        if (state != needed) {
            throw new IllegalStateException("the login is " + state + " and not " + needed);
        }
    }
}
