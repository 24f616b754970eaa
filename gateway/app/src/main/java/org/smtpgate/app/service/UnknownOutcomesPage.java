package org.smtpgate.app.service;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.function.Supplier;
import org.smtpgate.proxy.metrics.UnknownOutcome;
import org.smtpgate.proxy.metrics.UnknownOutcomes;

/**
 * {@code /unknown-outcomes}: the latest transactions of which nobody knows whether the upstream has the message, the last one
 * first, by the names that their fields have in the log; {@code ?limit=} says how many.
 */
final class UnknownOutcomesPage {
    private static final String LIMIT = "limit";
    private static final int LIMIT_USUAL = 100;

    private UnknownOutcomesPage() {}

    /** @param outcomes empty while there is no gateway */
    static JsonPage of(Supplier<Optional<UnknownOutcomes>> outcomes) {
        return new JsonPage(
                "/unknown-outcomes",
                query -> outcomes.get()
                        .map(some -> json(some, limit(query)))
                        .orElseGet(() -> json(0, 0, new JsonArray())));
    }

    private static int limit(MultiMap query) {
        String text = query.get(LIMIT);
        if (text != null && !text.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("limit must be a number from 0 to 999999");
        }
        return text == null ? LIMIT_USUAL : Integer.parseInt(text);
    }

    private static JsonObject json(UnknownOutcomes outcomes, int limit) {
        JsonArray latest = new JsonArray();
        outcomes.latest(limit).forEach(outcome -> latest.add(json(outcome)));
        return json(outcomes.kept(), outcomes.dropped(), latest);
    }

    private static JsonObject json(int kept, long dropped, JsonArray latest) {
        return new JsonObject().put("kept", kept).put("dropped", dropped).put("outcomes", latest);
    }

    /** What has no value is left out, as in the log. */
    private static JsonObject json(UnknownOutcome outcome) {
        JsonObject json = new JsonObject()
                .put("time", outcome.at().toString())
                .put("session", outcome.session())
                .put("listener", outcome.listener())
                .put("client", outcome.client())
                .put("login", outcome.login())
                .put("from", outcome.from())
                .put("to", new JsonArray(outcome.to()))
                .put("recipients", outcome.recipients())
                .put("upstream", outcome.upstream())
                .put("endpoint", outcome.endpoint())
                .put("size", outcome.octets())
                .put("digest", outcome.digest())
                .put("reply", outcome.reply())
                .put("cause", outcome.cause())
                .put("ms", outcome.millis());
        json.getMap().values().removeIf(value -> value == null);
        return json;
    }
}
