package org.smtpgate.smtp.sender;

import java.util.Base64;
import org.smtpgate.smtp.Reply;

/** The lines of one AUTH exchange (RFC 4954 section 4); what they mean is the mechanism's, which the driver has. */
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

    private State state = State.CHOOSING;
    private String held;
    private boolean complete;
    private int challenges;
    private Reply refusal;
    private String why;

    /** @param complete whether the mechanism needs nothing more to know that the upstream is right */
    String begin(String mechanism, byte[] initial, boolean complete) {
        require(State.CHOOSING);
        this.complete = complete;
        String command = "AUTH " + mechanism;
        String response = initial == null ? "" : initial.length == 0 ? " =" : " " + ENCODER.encodeToString(initial);
        boolean fits = command.length() + response.length() + 2 <= COMMAND_OCTETS_MAX;
        held = fits ? null : response.strip();
        state = fits ? State.SAID : State.INITIAL_HELD;
        return fits ? command + response : command;
    }

    String respond(byte[] response, boolean complete) {
        require(State.CHALLENGED);
        this.complete = complete;
        state = State.SAID;
        return ENCODER.encodeToString(response);
    }

    /** Whether the upstream waits for a response, which is now to be {@link #cancel()}. */
    boolean challenged() {
        return state == State.CHALLENGED;
    }

    String cancel(String reason) {
        state = State.CANCELLED;
        why = reason;
        return CANCEL;
    }

    /** The upstream said 334. The line to answer it with; null when that is the driver's to say. */
    String challenge(Reply challenge) {
        challenges++;
        if (state == State.INITIAL_HELD) {
            state = State.SAID;
            return held;
        }
        if (decode(challenge) == null) {
            return cancel("a challenge that is not base64");
        }
        state = State.CHALLENGED;
        return null;
    }

    /** Whether a 334 has no place here. */
    boolean endless() {
        return challenges >= CHALLENGES_MAX || state == State.CANCELLED;
    }

    /** The bytes of a challenge; null when they are not base64. */
    static byte[] decode(Reply challenge) {
        try {
            return challenge.lines().size() > 1
                    ? null
                    : DECODER.decode(challenge.lines().get(0).strip());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether a 235 now is the end of this exchange, or an upstream's that has not shown what it had to. */
    boolean mayEnd() {
        return state == State.SAID && complete;
    }

    /** The upstream refused. Whether another attempt may be made. */
    boolean refused(Reply reply) {
        refusal = reply;
        boolean again = state != State.CANCELLED;
        state = State.CHOOSING;
        return again;
    }

    /** What the upstream said to the last attempt; null when it has not refused any. */
    Reply refusal() {
        return refusal;
    }

    /** Why the exchange was cancelled; null when it was not. */
    String why() {
        return why;
    }

    private void require(State needed) {
        if (state != needed) {
            throw new IllegalStateException("the login is " + state + " and not " + needed);
        }
    }
}
