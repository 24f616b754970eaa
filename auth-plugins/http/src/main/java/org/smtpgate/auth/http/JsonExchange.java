package org.smtpgate.auth.http;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.smtpgate.auth.SubmittedCredentials;

/** A question and an answer in JSON, by POST. */
final class JsonExchange implements Exchange {
    /** What proxies say for a service that is not there. */
    private static final Set<Integer> AWAY = Set.of(502, 503, 504);

    private final HttpCalls calls;
    private final Map<String, String> headers;

    /** @param headers more of them, such as Authorization */
    JsonExchange(HttpCalls calls, Map<String, String> headers) {
        this.calls = calls;
        this.headers = headers;
    }

    @Override
    public Future<Verdict> ask(ServiceUrl url, SubmittedCredentials credentials, Duration most) {
        MultiMap request = MultiMap.caseInsensitiveMultiMap()
                .add("Content-Type", "application/json")
                .add("Accept", "application/json");
        request.addAll(headers);
        Buffer question = JsonQuestion.about(credentials).toBuffer();
        return calls.send(HttpMethod.POST, url, request, question, most).compose(answer -> {
            if (AWAY.contains(answer.status())) {
                return Future.failedFuture(new NoAnswerException("it answered " + answer.status()));
            }
            return Future.succeededFuture(JsonAnswer.read(answer.status(), answer.body(), credentials.username()));
        });
    }

    @Override
    public Future<Void> close() {
        return calls.close();
    }
}
