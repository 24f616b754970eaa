package org.smtpgate.smtp.sender;

import java.util.ArrayList;
import java.util.List;
import org.smtpgate.smtp.Stage;

/**
 * The steps from the first byte of a connection to its first transaction, as a list that the configuration decides once.
 *
 * @param ehloName what the gateway calls itself
 * @param steps the stages to pass, in this order
 */
public record Handshake(String ehloName, List<Stage> steps) {

    public Handshake {
        steps = List.copyOf(steps);
    }

    /** Greeting and EHLO: for a connection in the clear, or one that is encrypted from its first byte. */
    public static Handshake plain(String ehloName) {
        return new Handshake(ehloName, List.of(Stage.GREETING, Stage.EHLO));
    }

    /** With STARTTLS between two EHLOs (RFC 3207): what the first one said counts for nothing after it. */
    public static Handshake startTls(String ehloName) {
        return new Handshake(ehloName, List.of(Stage.GREETING, Stage.EHLO, Stage.STARTTLS, Stage.EHLO));
    }

    /** The same, and a login at its end; behind the last EHLO, since what is offered under TLS is what counts. */
    public Handshake withLogin() {
        List<Stage> all = new ArrayList<>(steps);
        all.add(Stage.AUTH);
        return new Handshake(ehloName, all);
    }

    /** The same over LMTP (RFC 2033 section 4.1): LHLO in the place of each EHLO. */
    public Handshake overLmtp() {
        return new Handshake(
                ehloName,
                steps.stream()
                        .map(stage -> stage == Stage.EHLO ? Stage.LHLO : stage)
                        .toList());
    }

    /** How the gateway says its name. */
    Stage hello() {
        return isLmtp() ? Stage.LHLO : Stage.EHLO;
    }

    boolean isLmtp() {
        return steps.contains(Stage.LHLO);
    }

    boolean logsIn() {
        return steps.contains(Stage.AUTH);
    }

    boolean needsTls() {
        return steps.contains(Stage.STARTTLS);
    }
}
