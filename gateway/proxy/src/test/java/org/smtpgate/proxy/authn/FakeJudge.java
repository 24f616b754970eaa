package org.smtpgate.proxy.authn;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.smtpgate.sasl.Credentials;

/** A session's judge that gives one answer to all, and remembers what it was asked, and how often it was abandoned. */
final class FakeJudge implements SessionJudge {
    private final Supplier<Future<User>> answer;
    private final List<Credentials.Password> asked = new ArrayList<>();
    private int abandoned;

    FakeJudge(Supplier<Future<User>> answer) {
        this.answer = answer;
    }

    /** For a chain that does not have {@link UpstreamBackend}. */
    static FakeJudge neverAsked() {
        return new FakeJudge(() -> {
            throw new AssertionError("a judge was asked that stands for no backend");
        });
    }

    List<Credentials.Password> asked() {
        return asked;
    }

    int abandoned() {
        return abandoned;
    }

    @Override
    public Future<User> judge(Credentials.Password credentials) {
        asked.add(credentials);
        return answer.get();
    }

    @Override
    public void abandon() {
        abandoned++;
    }
}
