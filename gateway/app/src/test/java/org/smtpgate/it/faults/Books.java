package org.smtpgate.it.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.smtpgate.it.server.Maildir;

/** Holds against each other what the clients were told, what the gateway logged, and what the server has. */
final class Books {

    private final long seed;
    private final Map<String, Integer> acknowledged;
    private final Map<String, Integer> found = new HashMap<>();
    private final Map<String, Integer> unknown = new HashMap<>();
    private final Map<String, Integer> acceptedInLog = new HashMap<>();
    private final Map<Integer, Integer> unknownOfMail = new HashMap<>();
    private final List<String> spoiled = new ArrayList<>();
    private final List<String> wrongInLog = new ArrayList<>();
    private int unknownTransactions;

    Books(long seed, Tally tally, String log, Maildir mail) {
        this.seed = seed;
        this.acknowledged = tally.acknowledged();
        GatewayLog.transactions(log).forEach(this::enter);
        mail.forEach(this::enter);
    }

    private void enter(GatewayLog.Ended ended) {
        Map<String, Integer> book = switch (ended.outcome()) {
            case "unknown" -> unknown;
            case "accepted" -> acceptedInLog;
            default -> null;
        };
        if (book == null) {
            return;
        }
        ended.recipients().forEach(recipient -> book.merge(recipient, 1, Integer::sum));
        if (book == unknown) {
            unknownTransactions++;
            unknownOfMail.merge(ended.mail(), 1, Integer::sum);
        }
        byte[] wire = new PlannedMail(seed, ended.mail()).wire();
        if (ended.size() != wire.length || !digest(wire).equals(ended.digest())) {
            wrongInLog.add(ended + " for " + wire.length + " octets with " + digest(wire));
        }
    }

    private static String digest(byte[] wire) {
        CRC32C crc = new CRC32C();
        crc.update(wire);
        return "crc32c:%08x".formatted(crc.getValue());
    }

    private void enter(String recipient, String message) {
        found.merge(recipient, 1, Integer::sum);
        PlannedMail sent = new PlannedMail(seed, PlannedMail.numberOf(recipient));
        if (!sent.recipients().contains(recipient) || !sent.text().equals(message)) {
            spoiled.add(recipient);
        }
    }

    private static int count(Map<String, Integer> book, String recipient) {
        return book.getOrDefault(recipient, 0);
    }

    /** Recipients of messages that were acknowledged, and are not there. */
    List<String> missing() {
        return acknowledged.keySet().stream()
                .filter(recipient -> count(found, recipient) == 0)
                .toList();
    }

    /** Recipients who have more copies than acknowledgements and unknown outcomes account for. */
    List<String> unexplained() {
        return found.keySet().stream()
                .filter(recipient ->
                        count(found, recipient) > count(acknowledged, recipient) + count(unknown, recipient))
                .map(recipient -> recipient + ": " + count(found, recipient) + " copies, "
                        + count(acknowledged, recipient) + " acknowledged, " + count(unknown, recipient) + " unknown")
                .toList();
    }

    /** Recipients for whom the log has not as many acceptances as the clients. */
    List<String> acceptancesThatDiffer() {
        TreeSet<String> all = new TreeSet<>(acknowledged.keySet());
        all.addAll(acceptedInLog.keySet());
        return all.stream()
                .filter(recipient -> count(acceptedInLog, recipient) != count(acknowledged, recipient))
                .toList();
    }

    /** Unknown outcomes by the message's number, as logged. */
    Map<Integer, Integer> unknownByMail() {
        return unknownOfMail;
    }

    int unknownTransactions() {
        return unknownTransactions;
    }

    /** Recipients who got something else than what was sent to them. */
    List<String> spoiled() {
        return spoiled;
    }

    /** Lines whose size or digest is not that of the message. */
    List<String> wrongInLog() {
        return wrongInLog;
    }

    /** How many copies are there beyond the first, or though nobody was told of any. */
    int surplus() {
        return found.keySet().stream()
                .mapToInt(recipient -> count(found, recipient) - count(acknowledged, recipient))
                .filter(more -> more > 0)
                .sum();
    }

    int copies() {
        return found.values().stream().mapToInt(Integer::intValue).sum();
    }
}
