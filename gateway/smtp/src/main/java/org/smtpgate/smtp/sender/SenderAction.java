package org.smtpgate.smtp.sender;

import java.util.List;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;

/** Something that a {@link SenderSession} wants done. */
public sealed interface SenderAction {

    void by(Performer performer);

    /** Write these bytes; several may be gathered. */
    record Write(byte[] bytes) implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.write(this);
        }
    }

    /** Shake hands, then tell {@link SenderSession#tlsStarted()}. */
    record StartTls() implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.startTls(this);
        }
    }

    /**
     * Log in: {@link SenderSession#authenticate}, or {@link SenderSession#giveUp} when nothing offered will do.
     *
     * @param mechanisms those that the upstream offers, upper case
     * @param refusal what the upstream said to the attempt before this one; null for the first
     */
    record Authenticate(List<String> mechanisms, Reply refusal) implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.authenticate(this);
        }
    }

    /** Answer this challenge: {@link SenderSession#respond}, or {@link SenderSession#giveUp}. */
    record Challenge(byte[] bytes) implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.challenge(this);
        }
    }

    /** The upstream has taken the login, in the handshake or again after XCLIENT. */
    record LoggedIn() implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.loggedIn(this);
        }
    }

    /** The connection can take transactions. */
    record Ready(Capabilities capabilities) implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.ready(this);
        }
    }

    /**
     * The upstream was not told who the client is, and the transaction goes on without.
     *
     * @param stage XCLIENT or XFORWARD
     * @param refusal null where the upstream does not offer it
     */
    record NotIntroduced(Stage stage, Reply refusal) implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.notIntroduced(this);
        }
    }

    /** XCLIENT was due, and is done or done without: from now on what is offered is offered to this client. */
    record XclientOver() implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.xclientOver(this);
        }
    }

    /** A command was answered: done or refused, nothing else. */
    record Answer(Stage stage, Reply reply) implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.answer(this);
        }
    }

    /** The connection is of no more use. Always the last action. */
    record Lost(Loss loss) implements SenderAction {
        @Override
        public void by(Performer performer) {
            performer.lost(this);
        }
    }

    /** Who carries actions out. */
    interface Performer {
        void write(Write action);

        void startTls(StartTls action);

        void authenticate(Authenticate action);

        void challenge(Challenge action);

        void loggedIn(LoggedIn action);

        void ready(Ready action);

        void notIntroduced(NotIntroduced action);

        void xclientOver(XclientOver action);

        void answer(Answer action);

        void lost(Lost action);
    }
}
