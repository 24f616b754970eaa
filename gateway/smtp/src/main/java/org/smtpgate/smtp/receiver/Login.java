package org.smtpgate.smtp.receiver;

import java.util.Base64;
import java.util.List;
import org.smtpgate.smtp.Command;
import org.smtpgate.smtp.Limits;
import org.smtpgate.smtp.Replies;
import org.smtpgate.smtp.Reply;

/** The rules of AUTH (RFC 4954): when it may be given, how its lines are spelled, what its outcomes are called. */
final class Login {
    private static final Base64.Decoder DECODER = Base64.getDecoder();
    private static final Base64.Encoder ENCODER = Base64.getEncoder();

    private final ReceiverSettings settings;
    private final Replies replies;
    private final Limits limits;
    private boolean done;
    private boolean refused;
    private int failures;

    Login(ReceiverSettings settings, Replies replies) {
        this.settings = settings;
        this.replies = replies;
        this.limits = settings.limits();
    }

    boolean done() {
        return done;
    }

    void forget() {
        done = false;
    }

    /** Why AUTH may not begin, or null. */
    Reply objectionTo(Command.Auth auth, boolean encrypted) {
        List<String> mechanisms = settings.mechanisms().get();
        if (mechanisms.isEmpty()) {
            return replies.notImplemented();
        }
        if (done) {
            return replies.badSequence("Already authenticated");
        }
        if (!encrypted && !settings.authWithoutTls()) {
            return replies.mechanismNeedsTls();
        }
        if (!mechanisms.contains(auth.mechanism())) {
            return replies.mechanismUnknown();
        }
        String initial = auth.initialResponse();
        return initial != null && initialResponse(initial) == null ? notBase64() : null;
    }

    /** The decoded initial response; {@code =} stands for an empty one. Null when there is none. */
    static byte[] initialResponse(String base64) {
        return base64 == null ? null : decode(base64.equals("=") ? "" : base64);
    }

    /** Null when the text is not base64. */
    static byte[] decode(String base64) {
        try {
            return DECODER.decode(base64);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    Reply notBase64() {
        return replies.authMalformed("Not valid base64");
    }

    /**
     * Takes in what became of what the client sent.
     *
     * @return what the client is told
     */
    Reply take(AuthAnswer answer) {
        if (answer instanceof AuthAnswer.Challenge challenge) {
            return replies.challenge(ENCODER.encodeToString(challenge.bytes()));
        }
        if (answer instanceof AuthAnswer.Malformed malformed) {
            return replies.authMalformed(malformed.reason());
        }
        if (answer instanceof AuthAnswer.Accepted) {
            done = true;
            return replies.authenticated();
        }
        if (answer instanceof AuthAnswer.Rejected rejected) {
            refused = rejected.lastWords() != null;
            if (refused) {
                return replies.challenge(ENCODER.encodeToString(rejected.lastWords()));
            }
            failures++;
            return rejected.reply() != null ? rejected.reply() : replies.badCredentials();
        }
        Reply said = ((AuthAnswer.Unavailable) answer).reply();
        return said != null ? said : replies.authUnavailable();
    }

    /** Whether the client is refused, whatever it says to the mechanism's last words. */
    boolean refused() {
        return refused;
    }

    /** Whether the client failed as often as it may. */
    boolean failedTooOften() {
        return failures >= limits.authFailures();
    }
}
