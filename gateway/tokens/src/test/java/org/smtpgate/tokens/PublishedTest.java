package org.smtpgate.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class PublishedTest {
    private static final Published.Times TIMES =
            new Published.Times(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofSeconds(10));

    private final Deque<Promise<String>> requests = new ArrayDeque<>();
    private Duration now = Duration.ofDays(1);
    private int asked;

    private final Published<String> published = new Published<>("something", TIMES, () -> now.toNanos(), () -> {
        asked++;
        Promise<String> request = Promise.promise();
        requests.add(request);
        return request.future();
    });

    @Test
    void allWhoWaitHaveTheAnswerOfOneRequest() {
        Future<String> first = published.get();
        Future<String> second = published.get();
        requests.remove().complete("a");

        assertThat(first.result()).isEqualTo("a");
        assertThat(second.result()).isEqualTo("a");
        assertThat(published.get().result()).isEqualTo("a");
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void whatIsOldServesWhileItIsFetchedAnew() {
        fetched("a");
        now = now.plusMinutes(1);

        assertThat(published.get().result()).isEqualTo("a");
        assertThat(published.get().result()).isEqualTo("a");
        assertThat(asked).isEqualTo(2);
        requests.remove().complete("b");
        assertThat(published.get().result()).isEqualTo("b");
    }

    @Test
    void whatIsOldServesWhileTheServerIsDownButNotForEver() {
        fetched("a");
        now = now.plusMinutes(59);
        assertThat(published.get().result()).isEqualTo("a");
        requests.remove().fail("down");
        assertThat(published.get().result()).isEqualTo("a");

        now = now.plusMinutes(1);
        Future<String> later = published.get();
        requests.remove().fail("still down");
        assertThat(later.cause()).hasMessage("still down");
    }

    @Test
    void aFailedRequestIsNotRepeatedWithinASecond() {
        published.get();
        requests.remove().fail("down");

        assertThat(published.get().cause()).hasMessage("down");
        assertThat(published.newerThan(null).cause()).hasMessage("down");
        assertThat(asked).isEqualTo(1);
        now = now.plusSeconds(1);
        Future<String> again = published.get();
        requests.remove().complete("a");
        assertThat(again.result()).isEqualTo("a");
    }

    @Test
    void whoMissesSomethingHasItFetchedButNotAsOftenAsHeLikes() {
        fetched("a");
        assertThat(published.newerThan("a").result()).isEqualTo("a");
        assertThat(asked).isEqualTo(1);

        now = now.plusSeconds(10);
        Future<String> newer = published.newerThan("a");
        requests.remove().complete("b");
        assertThat(newer.result()).isEqualTo("b");
        assertThat(published.newerThan("a").result()).isEqualTo("b");
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void whoMissesSomethingWhileTheServerIsDownIsNotToldThatItIsNotThere() {
        fetched("a");
        now = now.plusSeconds(10);
        Future<String> newer = published.newerThan("a");
        requests.remove().fail("down");

        assertThat(newer.cause()).hasMessage("down");
        assertThat(published.get().result()).isEqualTo("a");
    }

    private void fetched(String value) {
        published.get();
        requests.remove().complete(value);
    }
}
