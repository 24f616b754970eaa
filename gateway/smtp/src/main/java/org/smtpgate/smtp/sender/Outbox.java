package org.smtpgate.smtp.sender;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.wire.CommandWriter;
import org.smtpgate.smtp.wire.Xtext;

/** The lines of one connection on their way out: those that wait, and those whose reply is owed. */
final class Outbox {
    /** Where what is to be written goes. */
    private final Deque<SenderAction> actions;
    /** Stages whose reply is outstanding, oldest first. */
    private final Deque<Stage> awaited = new ArrayDeque<>(4);
    /** What waits for a step, or because the upstream takes one command at a time. */
    private final Deque<Line> held = new ArrayDeque<>(0);

    /** @param command null for a text that is to be written as it is */
    private record Line(Stage stage, Command command, String text) {}

    Outbox(Deque<SenderAction> actions) {
        this.actions = actions;
    }

    // What waits

    void hold(Command command) {
        held.add(new Line(Stage.valueOf(command.verb().name()), command, null));
    }

    /** One such command for each of the arguments, before all that waits. */
    void holdFirst(Stage stage, List<String> arguments) {
        for (int i = arguments.size() - 1; i >= 0; i--) {
            held.addFirst(new Line(stage, null, stage + " " + arguments.get(i)));
        }
    }

    /** What may be written now; null when nothing waits, or the upstream is to answer first. */
    Stage next(Capabilities offered) {
        boolean turn = awaited.isEmpty() || offered.has(Extension.PIPELINING);
        return turn && !held.isEmpty() ? held.element().stage() : null;
    }

    /** @param submitter what MAIL is to say of it, if the upstream takes that; null for nothing */
    void writeNext(Capabilities offered, String submitter) {
        Line line = held.remove();
        if (line.command() == null) {
            write(line.stage(), CommandWriter.line(line.text()));
        } else if (line.command() instanceof Command.Mail mail && submitter != null) {
            Command submitted = mail.with(Parameter.AUTH, Xtext.encode(submitter));
            write(line.stage(), CommandWriter.write(submitted, offered));
        } else {
            write(line.stage(), CommandWriter.write(line.command(), offered));
        }
    }

    // What is written at once

    void write(Stage stage) {
        write(stage, CommandWriter.line(stage.name()));
    }

    void write(Stage stage, String argument) {
        write(stage, CommandWriter.line(stage + " " + argument));
    }

    /** A line that is no command, but has its reply all the same. */
    void writeLine(Stage stage, String text) {
        write(stage, CommandWriter.line(text));
    }

    private void write(Stage stage, byte[] line) {
        awaited.add(stage);
        actions.add(new SenderAction.Write(line));
    }

    // Replies

    /** A reply is owed though nothing was written here. */
    void await(Stage stage) {
        awaited.add(stage);
    }

    /** So many replies are. */
    void await(Stage stage, int replies) {
        for (int i = 0; i < replies; i++) {
            await(stage);
        }
    }

    boolean awaitsNothing() {
        return awaited.isEmpty();
    }

    /** Whether a reply at this stage is outstanding. */
    boolean awaits(Stage stage) {
        return awaited.contains(stage);
    }

    /** The oldest stage whose reply is awaited; null when none is. */
    Stage awaited() {
        return awaited.peek();
    }

    /** A reply came: what it answers; null when nothing was asked. */
    Stage answered() {
        return awaited.poll();
    }

    /** Whether nothing waits, and the upstream need not answer before more is written. */
    boolean takesAnother(Capabilities offered) {
        return held.isEmpty() && offered.has(Extension.PIPELINING);
    }

    boolean isEmpty() {
        return awaited.isEmpty() && held.isEmpty();
    }
}
