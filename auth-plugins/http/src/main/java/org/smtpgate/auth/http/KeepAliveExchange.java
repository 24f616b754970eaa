package org.smtpgate.auth.http;

import io.netty.util.AsciiString;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import org.smtpgate.auth.SubmittedCredentials;

/** nginx' question over HTTP/1.1, on connections that are kept: the same headers, and the same meaning of the answer. */
final class KeepAliveExchange implements Exchange {
    private final HttpCalls calls;
    private final NginxHeaders headers;
    private final boolean serverRequired;

    /** @param serverRequired see {@link NginxVerdict} */
    KeepAliveExchange(HttpCalls calls, NginxHeaders headers, boolean serverRequired) {
        this.calls = calls;
        this.headers = headers;
        this.serverRequired = serverRequired;
    }

    @Override
    public boolean sayable(SubmittedCredentials credentials) {
        return headers.fit(credentials);
    }

    @Override
    public Future<Verdict> ask(ServiceUrl url, SubmittedCredentials credentials, Duration most) {
        return calls.send(HttpMethod.GET, url, request(credentials), null, most)
                .map(answer -> NginxVerdict.of(headers(answer), NginxHeaders.user(credentials), serverRequired));
    }

    private MultiMap request(SubmittedCredentials credentials) {
        MultiMap request = MultiMap.caseInsensitiveMultiMap();
        // Not as a String: what is not ASCII in one would arrive as question marks, and so as another login.
        headers.about(credentials)
                .forEach(header -> request.add(header.name(), new AsciiString(header.value(), false)));
        return request;
    }

    private static List<NginxAnswer.NginxHeader> headers(HttpCalls.HttpAnswer answer) {
        return answer.headers().entries().stream()
                .map(entry -> new NginxAnswer.NginxHeader(
                        entry.getKey(), entry.getValue().strip()))
                .toList();
    }

    @Override
    public Future<Void> close() {
        return calls.close();
    }
}
