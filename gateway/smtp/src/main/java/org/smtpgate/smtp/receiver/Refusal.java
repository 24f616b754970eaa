package org.smtpgate.smtp.receiver;

import org.smtpgate.smtp.Reply;

/** Why the content of a message is passed on no more, if so, and how much of it was read and thrown away since. */
final class Refusal {
    private final long discardMax;
    private Reply reply;
    /** It is our own, and the upstream has not been told. */
    private boolean abort;

    private long discarded;

    /** @param discardMax in octets */
    Refusal(long discardMax) {
        this.discardMax = discardMax;
    }

    /** The upstream failed or refused: nothing more is passed on, and this is the reply to the message. */
    void refuse(Reply why) {
        if (reply == null) {
            reply = why;
        }
    }

    /** The message must be given up for a reason of ours. */
    void abort(Reply why) {
        if (reply == null) {
            reply = why;
            abort = true;
        }
    }

    /** Whether the upstream is to be told; true once. */
    boolean takeAbort() {
        boolean must = abort;
        abort = false;
        return must;
    }

    /** The reply to the message if it is refused, or null. */
    Reply reply() {
        return reply;
    }

    void discard(long octets) {
        discarded += octets;
    }

    /** Whether more was thrown away than the limit allows, or would be with so many octets more. */
    boolean exceeds(long more) {
        return discarded > discardMax - more;
    }
}
