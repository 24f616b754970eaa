package org.smtpgate.it.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The lines that a gateway logs in its text form, read as pairs. */
final class GatewayLog {

    private static final Pattern PAIR = Pattern.compile("([a-z_]+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(\\S*))");

    private GatewayLog() {}

    /** One transaction as it ended. */
    record Ended(int mail, List<String> recipients, String outcome, long size, String digest, String session) {}

    /** Every transaction of the log, in order. */
    static List<Ended> transactions(String log) {
        List<Ended> ended = new ArrayList<>();
        lines(log, "logger=transaction ")
                .map(GatewayLog::pairs)
                .map(GatewayLog::ended)
                .forEach(ended::add);
        return ended;
    }

    /** The lines in which a text stands. */
    static Stream<String> lines(String log, String text) {
        return log.lines().filter(line -> line.contains(text));
    }

    private static Map<String, String> pairs(String line) {
        Map<String, String> pairs = new HashMap<>();
        Matcher matcher = PAIR.matcher(line);
        while (matcher.find()) {
            pairs.put(matcher.group(1), matcher.group(matcher.group(2) == null ? 3 : 2));
        }
        return pairs;
    }

    private static Ended ended(Map<String, String> pairs) {
        String recipients = addresses(pairs.getOrDefault("to", ""));
        return new Ended(
                PlannedMail.numberOf(addresses(pairs.get("from"))),
                recipients.isEmpty() ? List.of() : List.of(recipients.split(",")),
                pairs.get("outcome"),
                Long.parseLong(pairs.get("size")),
                pairs.get("digest"),
                pairs.get("session"));
    }

    private static String addresses(String paths) {
        return paths.replaceAll("[<>]", "");
    }
}
