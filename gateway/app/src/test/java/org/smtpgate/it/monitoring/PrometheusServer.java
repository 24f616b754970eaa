package org.smtpgate.it.monitoring;

import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.fixture.RealServers;

/** A Prometheus on a loopback port that scrapes gateways every second and evaluates the alerting rules. */
public final class PrometheusServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final String CONFIG = """
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
            rule_files: [ "%s" ]
            scrape_configs:
              - job_name: smtpgate
                static_configs: [ { targets: [ %s ] } ]
            """;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final int port = Ports.free();
    private final Path output;
    private final Process process;

    /** @param folder for its files; it must be there, and empty */
    public PrometheusServer(Path folder, Path rules, List<Integer> adminPorts) throws IOException {
        String program = RealServers.require("prometheus");
        String targets =
                adminPorts.stream().map(admin -> "\"127.0.0.1:" + admin + "\"").collect(Collectors.joining(", "));
        Path config = Files.writeString(folder.resolve("prometheus.yml"), CONFIG.formatted(rules, targets));
        output = folder.resolve("output");
        process = new ProcessBuilder(
                        program,
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            await("each gateway has been scraped twice").atMost(START).until(() -> scrapes() >= 2);
        } catch (RuntimeException e) {
            close();
            throw new AssertionError("Prometheus did not begin: " + Files.readString(output), e);
        }
    }

    private double scrapes() {
        try {
            List<Double> counts = values("count_over_time(smtpgate_build_info[10m])");
            boolean all = counts.size() == values("up").size();
            return all ? counts.stream().mapToDouble(count -> count).min().orElse(0) : 0;
        } catch (UncheckedIOException | IllegalStateException notYet) {
            return 0;
        }
    }

    /** What a query gives now: a value for each series of its result. */
    public List<Double> values(String query) {
        JsonObject data = ask("query?query=" + encoded(query)).getJsonObject("data");
        return Dashboard.objects(data.getJsonArray("result"))
                .map(series -> Double.parseDouble(series.getJsonArray("value").getString(1)))
                .toList();
    }

    /** The values of a label that series of a metric have. */
    public List<String> labelValues(String metric, String label) {
        return ask("label/" + label + "/values?match[]=" + encoded(metric)).getJsonArray("data").stream()
                .map(String.class::cast)
                .toList();
    }

    /** The annotations of an alert that fires, once for each set of its labels. */
    public List<JsonObject> firing(String alert) {
        return Dashboard.objects(ask("alerts").getJsonObject("data").getJsonArray("alerts"))
                .filter(active -> active.getString("state").equals("firing"))
                .filter(active ->
                        active.getJsonObject("labels").getString("alertname").equals(alert))
                .map(active -> active.getJsonObject("annotations"))
                .toList();
    }

    private JsonObject ask(String path) {
        URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/" + path.replace("[]", "%5B%5D"));
        try {
            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + response.body());
            }
            return new JsonObject(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking Prometheus", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
