package org.smtpgate.smtp.receiver;

import java.nio.ByteBuffer;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Reply;

/** Something that a {@link ReceiverSession} wants done. A new kind does not compile until every performer does it. */
public sealed interface ReceiverAction {

    void by(Performer performer);

    /** Send a reply; several may be gathered into one write. */
    record Send(Reply reply) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.send(this);
        }
    }

    /** Send the reply, then shake hands, then tell {@link ReceiverSession#tlsStarted()}. */
    record StartTls(Reply reply) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.startTls(this);
        }
    }

    /** Begin a SASL exchange; {@code initial} is the decoded initial response, or null. */
    record BeginAuth(String mechanism, byte[] initial) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.beginAuth(this);
        }
    }

    /** Hand the client's decoded response to the SASL exchange. */
    record ContinueAuth(byte[] response) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.continueAuth(this);
        }
    }

    /** Forget the SASL exchange. */
    record CancelAuth() implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.cancelAuth(this);
        }
    }

    /** Begin a transaction. */
    record BeginMail(OwedReply owed, Command.Mail command) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.beginMail(this);
        }
    }

    /** Add a recipient to the transaction. */
    record AddRecipient(OwedReply owed, Command.Rcpt command) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.addRecipient(this);
        }
    }

    /** Ask the upstream for its 354. */
    record BeginContent(OwedReply owed) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.beginContent(this);
        }
    }

    /**
     * A chunk of content begins (RFC 3030): pass its command on, or ask the upstream for its 354, and tell
     * {@link ReceiverSession#chunkWelcome()} when the octets may come, or else {@link ReceiverSession#contentFailed}.
     */
    record BeginChunk(Command.Bdat command) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.beginChunk(this);
        }
    }

    /**
     * Pass on bytes of the buffer given to {@link ReceiverSession#receive}, as they are.
     *
     * @param owed the reply to the message if these are its last bytes, its end included, or to the chunk if they are the
     *     last of that; else null
     */
    record RelayContent(int from, int length, OwedReply owed) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.relayContent(this);
        }
    }

    /** Pass on bytes that are not the client's own; otherwise as {@link RelayContent}. */
    record RelayRewritten(ByteBuffer bytes, OwedReply owed) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.relayRewritten(this);
        }
    }

    /**
     * Give the message up: its content is not valid, and the upstream must never see an end of it.
     *
     * @param why the reply to all of its chunks that have none
     */
    record AbortContent(Reply why) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.abortContent(this);
        }
    }

    /** End the transaction that is open, for RSET, EHLO or HELO. No reply is owed for it. */
    record AbortMail() implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.abortMail(this);
        }
    }

    /** Close the connection, cleanly; all replies have been sent. Always the last action. */
    record Close(SessionEnd end) implements ReceiverAction {
        @Override
        public void by(Performer performer) {
            performer.close(this);
        }
    }

    /** Who carries actions out. */
    interface Performer {
        void send(Send action);

        void startTls(StartTls action);

        void beginAuth(BeginAuth action);

        void continueAuth(ContinueAuth action);

        void cancelAuth(CancelAuth action);

        void beginMail(BeginMail action);

        void addRecipient(AddRecipient action);

        void beginContent(BeginContent action);

        void beginChunk(BeginChunk action);

        void relayContent(RelayContent action);

        void relayRewritten(RelayRewritten action);

        void abortContent(AbortContent action);

        void abortMail(AbortMail action);

        void close(Close action);
    }
}
