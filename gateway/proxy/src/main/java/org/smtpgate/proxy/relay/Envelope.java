package org.smtpgate.proxy.relay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.Stage.Meaning;
import org.smtpgate.smtp.Verb;

/**
 * The envelope of one transaction, up to DATA: the commands that await their answer, in order, and those that the client
 * knows to be accepted. Confined to its event loop.
 */
final class Envelope {
    private final Command.Mail mail;
    private final Deque<Question> unanswered = new ArrayDeque<>(4);
    private final List<Command> accepted = new ArrayList<>(2);
    private Reply mailRefusal;
    /** Whether the client was told of a success. */
    private boolean told;

    /** A command whose reply is owed to the client. */
    record Question(Command command, Stage stage, Consumer<Reply> answer) {}

    Envelope(Command.Mail mail) {
        this.mail = mail;
    }

    void mail(Consumer<Reply> answer) {
        unanswered.add(new Question(mail, Stage.MAIL, answer));
    }

    /** The client has been told that its sender is welcome, and no upstream has been asked. */
    void welcome() {
        accepted.add(mail);
    }

    static Question rcpt(Command.Rcpt command, Consumer<Reply> answer) {
        return new Question(command, Stage.RCPT, answer);
    }

    static Question data(Consumer<Reply> answer) {
        return new Question(new Command.Plain(Verb.DATA), Stage.DATA, answer);
    }

    void ask(Question question) {
        unanswered.add(question);
    }

    /** The reply to the oldest question has come. */
    Question answered(Reply reply) {
        Question question = unanswered.remove();
        boolean done = question.stage().meaningOf(reply) == Meaning.DONE;
        told |= done;
        if (done && question.stage() != Stage.DATA) {
            accepted.add(question.command());
        } else if (!done && question.stage() == Stage.MAIL) {
            mailRefusal = reply;
        }
        return question;
    }

    /** Those without an answer whose command is such; from now on they await none. */
    List<Question> takeIf(Predicate<Command> such) {
        List<Question> taken = new ArrayList<>(0);
        for (Question question : unanswered) {
            if (such.test(question.command())) {
                taken.add(question);
            }
        }
        unanswered.removeAll(taken);
        return taken;
    }

    /** Those without an answer, oldest first; from now on there are none. */
    List<Question> takeUnanswered() {
        List<Question> all = new ArrayList<>(unanswered);
        unanswered.clear();
        return all;
    }

    // What may be asked

    Command.Mail mail() {
        return mail;
    }

    /** The commands without an answer, oldest first. */
    List<Command> unanswered() {
        return unanswered.stream().map(Question::command).toList();
    }

    /** Whether no command awaits its answer. */
    boolean isAnswered() {
        return unanswered.isEmpty();
    }

    /** Whether no success of the upstream's has been told to the client. */
    boolean untold() {
        return !told;
    }

    /** What the client knows to be accepted, in order. */
    List<Command> accepted() {
        return accepted;
    }

    /** What a connection must take first of all: MAIL, and what the client knows to be accepted beyond it. */
    List<Command> known() {
        return accepted.isEmpty() ? List.of(mail) : accepted;
    }

    /** The reply that refused the sender; null if it was not refused. */
    Reply mailRefusal() {
        return mailRefusal;
    }

    /** Those that were accepted, brackets included. */
    List<String> recipients() {
        List<String> recipients = new ArrayList<>(accepted.size());
        for (Command command : accepted) {
            if (command instanceof Command.Rcpt rcpt) {
                recipients.add(rcpt.to().toString());
            }
        }
        return recipients;
    }
}
