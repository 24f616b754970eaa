package org.smtpgate.bench.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Compares what the clients were told with what the sink got. */
final class Verdict {
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 100;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(HTTP_TIMEOUT).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI record;

    /** @param control the sink's HTTP port on loopback */
    Verdict(int control, long run) {
        this.record = URI.create("http://127.0.0.1:" + control + "/record/" + run);
    }

    /**
     * What became of the messages; waits for those that are still on their way, as they are with a server that has a queue.
     *
     * @param startMillis when the run began, as {@link System#currentTimeMillis}
     */
    Map<String, Object> of(BitSet acknowledged, long startMillis, Duration longest)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + longest.toNanos();
        JsonNode got = fetch();
        while (lost(acknowledged, got) > 0 && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            got = fetch();
        }
        BitSet received = received(got);
        BitSet unacknowledged = (BitSet) received.clone();
        unacknowledged.andNot(acknowledged);
        Map<String, Object> verdict = new LinkedHashMap<>();
        verdict.put("received", received.cardinality());
        verdict.put("lost", lost(acknowledged, got));
        verdict.put("doubled", got.get("doubled").asInt());
        verdict.put("corrupt", got.get("corrupt").asInt());
        verdict.put("unacknowledged", unacknowledged.cardinality());
        verdict.put("lastReceivedSeconds", Math.max(0, got.get("lastMillis").asLong() - startMillis) / 1e3);
        return verdict;
    }

    private JsonNode fetch() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(record).timeout(HTTP_TIMEOUT).build();
        return json.readTree(http.send(request, BodyHandlers.ofByteArray()).body());
    }

    private static BitSet received(JsonNode got) {
        return BitSet.valueOf(Base64.getDecoder().decode(got.get("received").asText()));
    }

    private static int lost(BitSet acknowledged, JsonNode got) {
        BitSet lost = (BitSet) acknowledged.clone();
        lost.andNot(received(got));
        return lost.cardinality();
    }
}
