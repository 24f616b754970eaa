package org.smtpgate.bench.logins;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;

/** Connects and logs in by AUTH PLAIN. */
final class LoginClient extends Dialogue {
    private enum Step {
        GREETING("220"),
        EHLO("250"),
        AUTH(""),
        AFTER("");

        private final String wanted;

        Step(String wanted) {
            this.wanted = wanted;
        }
    }

    private final String initialResponse;
    private final boolean stays;
    private final Consumer<String> outcome;
    private Step awaited = Step.GREETING;
    private Consumer<String> afterwards = code -> {};

    /**
     * @param stays whether the session is still needed after a right login
     * @param outcome told once: the code of AUTH's reply, or how the session ended before
     */
    LoginClient(String login, String password, boolean stays, Consumer<String> outcome) {
        String plain = "\0" + login + "\0" + password;
        this.initialResponse = Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
        this.stays = stays;
        this.outcome = outcome;
    }

    /** @param afterwards told the code of each reply after that of AUTH */
    void whenAnswered(Consumer<String> afterwards) {
        this.afterwards = afterwards;
    }

    @Override
    void answered(String code) {
        switch (awaited) {
            case GREETING -> next(code, Step.EHLO, "EHLO client.example.org");
            case EHLO -> next(code, Step.AUTH, "AUTH PLAIN " + initialResponse);
            case AUTH -> loggedIn(code);
            case AFTER -> afterwards.accept(code);
        }
    }

    @Override
    void ended(String how) {
        if (awaited != Step.AFTER) {
            String at = awaited.name();
            awaited = Step.AFTER;
            outcome.accept(at + ": " + how);
        }
    }

    private void next(String code, Step step, String command) {
        if (code.equals(awaited.wanted)) {
            awaited = step;
            send(command);
        } else {
            ended(code);
            close();
        }
    }

    private void loggedIn(String code) {
        awaited = Step.AFTER;
        if (!stays) {
            send("QUIT");
            afterwards = bye -> close();
        }
        outcome.accept(code);
    }
}
