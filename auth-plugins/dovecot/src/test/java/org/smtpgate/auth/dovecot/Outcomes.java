package org.smtpgate.auth.dovecot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SaslBackend.Step;
import org.smtpgate.auth.TooBusyException;

/** What futures of a backend came to, awaited for a while. */
final class Outcomes {
    private static final int SECONDS = 20;

    private Outcomes() {}

    static <T> T await(Future<T> future) {
        try {
            return future.await(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException hung) {
            throw new AssertionError("no answer within " + SECONDS + " s", hung);
        }
    }

    static User accepted(Future<Step> step) {
        return ((Step.Accepted) await(step)).user();
    }

    static byte[] challenge(Future<Step> step) {
        return ((Step.Challenge) await(step)).bytes();
    }

    static Throwable failure(Future<?> answer) {
        await(answer.otherwiseEmpty());
        assertThat(answer.failed()).as("it was refused").isTrue();
        return answer.cause();
    }

    static void assertRefused(Future<?> answer) {
        assertThat(failure(answer)).isExactlyInstanceOf(InvalidCredentialsException.class);
    }

    static void assertCannotTell(Future<?> answer, String why) {
        assertThat(failure(answer)).isExactlyInstanceOf(DovecotException.class).hasMessageContaining(why);
    }

    /** Not broken: many clients at once must not have Dovecot left alone. */
    static void assertTooBusy(Future<?> answer, String why) {
        assertThat(failure(answer)).isInstanceOf(TooBusyException.class).hasMessageContaining(why);
    }
}
