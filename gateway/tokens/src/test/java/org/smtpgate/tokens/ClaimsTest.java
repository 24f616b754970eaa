package org.smtpgate.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private final Claims claims = new Claims(new JsonObject("""
            { "name": "alice", "empty": "", "number": 7, "aud": [ "a", 1, "b" ], "scope": "read  send", "scp": [ "x y", "z" ],
              "exp": 1700000000.9, "far": 1e300, "before": -5, "text": "1700000000",
              "realm": { "roles": [ "staff" ] }, "with.dots": "whole" }"""));

    @Test
    void aTextIsOneAndNotEmpty() {
        assertThat(claims.text("name")).contains("alice");
        assertThat(claims.text("empty")).isEmpty();
        assertThat(claims.text("number")).isEmpty();
        assertThat(claims.text("nothing")).isEmpty();
    }

    @Test
    void aListMayBeATextAndWordsMayBeAList() {
        assertThat(claims.texts("aud")).containsExactly("a", "b");
        assertThat(claims.texts("name")).containsExactly("alice");
        assertThat(claims.texts("realm")).isEmpty();
        assertThat(claims.words("scope")).containsExactly("read", "send");
        assertThat(claims.words("scp")).containsExactly("x", "y", "z");
    }

    @Test
    void aTimeIsANumberHoweverFar() {
        assertThat(claims.time("exp")).contains(Instant.ofEpochSecond(1_700_000_000));
        assertThat(claims.time("far")).contains(Instant.parse("9999-12-31T23:59:59Z"));
        assertThat(claims.time("before")).contains(Instant.EPOCH);
        assertThat(claims.time("text")).isEmpty();
    }

    @Test
    void dotsLeadIntoObjectsUnlessTheyAreInTheName() {
        assertThat(claims.texts("realm.roles")).containsExactly("staff");
        assertThat(claims.text("with.dots")).contains("whole");
        assertThat(claims.value("name.further")).isNull();
    }

    @Test
    void itsTextShowsNamesAlone() {
        assertThat(claims.toString()).contains("name").doesNotContain("alice");
    }
}
