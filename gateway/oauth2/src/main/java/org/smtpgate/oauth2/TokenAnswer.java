package org.smtpgate.oauth2;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a token endpoint answered (RFC 6749 sections 5.1 and 5.2). Total: a response or a {@link TokenException}. */
final class TokenAnswer {
    private static final int MAX_QUOTED = 300;
    private static final int MAX_LOOKED_AT = 1_000;
    private static final int OK = 200;

    /** Some say it with another code than {@code invalid_client}. */
    private static final int UNAUTHORIZED = 401;

    /** Of one account's grant alone, with whatever status: the others' must not wait for it. */
    private static final Set<String> OF_THE_GRANT = Set.of("invalid_grant", "invalid_scope");

    private static final int TOO_MANY_REQUESTS = 429;
    private static final Pattern SECONDS = Pattern.compile("([0-9]{1,18})(?:\\.[0-9]*)?");
    private static final long MAX_SECONDS = Duration.ofDays(3650).toSeconds();

    /** Not RFC 6749's, but sent: the endpoint's trouble rather than ours. */
    private static final Set<String> PASSING = Set.of("server_error", "temporarily_unavailable", "slow_down");

    private final String endpoint;
    private final TokenForm asked;

    TokenAnswer(String endpoint, TokenForm asked) {
        this.endpoint = endpoint;
        this.asked = asked;
    }

    TokenResponse read(int status, Duration retryAfter, Buffer body) throws TokenException {
        JsonObject json = json(body);
        if (status == OK) {
            return response(json);
        }
        throw refusal(status, retryAfter, json);
    }

    private TokenResponse response(JsonObject json) throws TokenException {
        String accessToken = text(json, "access_token");
        if (accessToken.isEmpty() || !accessToken.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
            throw new TokenException(
                    TokenFailure.UNAVAILABLE, endpoint + " answered 200 without a usable access_token");
        }
        String type = text(json, "token_type");
        if (!type.isEmpty() && !type.equalsIgnoreCase("Bearer")) {
            throw new TokenException(
                    TokenFailure.UNAVAILABLE,
                    endpoint + " gave a token of type " + quoted(type) + ", which is not Bearer");
        }
        String refreshToken = text(json, "refresh_token");
        return new TokenResponse(
                accessToken,
                seconds(String.valueOf(json.getValue("expires_in"))),
                refreshToken.isEmpty() ? Optional.empty() : Optional.of(refreshToken));
    }

    private TokenException refusal(int status, Duration retryAfter, JsonObject json) {
        String error = text(json, "error");
        String said = endpoint + " answered " + status;
        if (error.isEmpty()) {
            return new TokenException(TokenFailure.UNAVAILABLE, said, retryAfter);
        }
        String description = text(json, "error_description");
        said += " " + quoted(error) + (description.isEmpty() ? "" : ": " + quoted(description));
        if (status >= 500 || status == TOO_MANY_REQUESTS || PASSING.contains(error)) {
            return new TokenException(TokenFailure.UNAVAILABLE, said, retryAfter);
        }
        boolean client = error.equals("invalid_client") || status == UNAUTHORIZED && !OF_THE_GRANT.contains(error);
        return new TokenException(client ? TokenFailure.CLIENT_REFUSED : TokenFailure.GRANT_REFUSED, said);
    }

    /** An answer that is no JSON object reads as an empty one. */
    private static JsonObject json(Buffer body) {
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            return new JsonObject();
        }
    }

    private static String text(JsonObject json, String key) {
        return json.getValue(key) instanceof String text ? text : "";
    }

    /** Seconds; some endpoints send them as a string, some with a fraction. Empty for anything else. */
    static Optional<Duration> seconds(String text) {
        Matcher matcher = SECONDS.matcher(text == null ? "" : text.strip());
        return matcher.matches()
                ? Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(matcher.group(1)), MAX_SECONDS)))
                : Optional.empty();
    }

    private String quoted(String text) {
        String beginning = text.length() > MAX_LOOKED_AT ? text.substring(0, MAX_LOOKED_AT) : text;
        return printable(asked.redacted(beginning));
    }

    /** On one line, and not for ever: it goes into logs. */
    static String printable(String text) {
        String line = text.replaceAll("[^\\x20-\\x7e]+", " ").strip();
        return line.length() > MAX_QUOTED ? line.substring(0, MAX_QUOTED) + "…" : line;
    }
}
