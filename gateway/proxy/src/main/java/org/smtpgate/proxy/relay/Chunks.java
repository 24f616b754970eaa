package org.smtpgate.proxy.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;

/**
 * The chunks in which a client sends one message (RFC 3030): the one under way, and those whose replies are owed. Confined
 * to its event loop.
 */
final class Chunks {
    private final ContentPipe content;
    private final Replies replies;
    private final Deque<Consumer<Reply>> unanswered = new ArrayDeque<>(0);
    private Command.Bdat current;
    /** To be told when the octets of the current one may come; null once it was. */
    private Runnable welcome;

    Chunks(ContentPipe content, Replies replies) {
        this.content = content;
        this.replies = replies;
    }

    /** Another one begins. */
    void begin(Command.Bdat command, Runnable whenWelcome) {
        current = command;
        welcome = whenWelcome;
    }

    /** Whether its octets may not come yet. */
    boolean waits() {
        return welcome != null;
    }

    /** Lets its octets come, if the upstream can take them now: without PIPELINING only when it has answered the others. */
    void goOn() {
        if (content.stuffs()) {
            welcome();
        } else if (content.takesChunk()) {
            content.beginChunk(current);
            welcome();
        }
    }

    private void welcome() {
        Runnable waiting = welcome;
        welcome = null;
        waiting.run();
    }

    /** Its octets will never be welcome. */
    void refused() {
        welcome = null;
    }

    /** Whether it is followed by others of its message; not so content by DATA. */
    boolean isPart() {
        return current != null && !current.last();
    }

    /** A part was passed on; the upstream answers it if it knows of it. */
    void ended(Consumer<Reply> answer) {
        if (content.stuffs()) {
            answer.accept(replies.chunkTaken(current.size()));
        } else {
            unanswered.add(answer);
            content.endChunk();
        }
    }

    /** The oldest part without an answer has one. */
    Consumer<Reply> answered() {
        return unanswered.remove();
    }

    /** Those without an answer, oldest first; from now on there are none. */
    List<Consumer<Reply>> takeUnanswered() {
        List<Consumer<Reply>> all = new ArrayList<>(unanswered);
        unanswered.clear();
        return all;
    }
}
