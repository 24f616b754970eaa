package org.smtpgate.it.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the clients of a run were told. Safe for any thread. */
final class Tally {

    private static final int VIOLATIONS_KEPT = 20;

    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> notConfirmed = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> replies = new ConcurrentHashMap<>();
    private final List<String> violations = new ArrayList<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger endedByGateway = new AtomicInteger();
    private int violationCount;

    int nextSession() {
        return sessions.getAndIncrement();
    }

    void replied(int code) {
        replies.merge(code, 1, Integer::sum);
    }

    /** The client read 250 for a message that these recipients were accepted for. */
    void acknowledged(List<String> recipients) {
        recipients.forEach(recipient -> acknowledged.merge(recipient, 1, Integer::sum));
    }

    /** The client read that the server has not confirmed the message. */
    void notConfirmed(PlannedMail mail) {
        notConfirmed.merge(mail.number(), 1, Integer::sum);
    }

    /** The gateway ended a session before the client did, as the contract allows. */
    void endedByGateway() {
        endedByGateway.incrementAndGet();
    }

    /** A client saw what the contract does not allow. */
    synchronized void violation(String what) {
        violationCount++;
        if (violations.size() < VIOLATIONS_KEPT) {
            violations.add(what);
        }
    }

    /** By recipient; a client that reads 250 does not send the message again. */
    Map<String, Integer> acknowledged() {
        return acknowledged;
    }

    /** By the message's number. */
    Map<Integer, Integer> notConfirmed() {
        return notConfirmed;
    }

    int sessions() {
        return sessions.get();
    }

    int sessionsEndedByGateway() {
        return endedByGateway.get();
    }

    /** How often each code was read. */
    Map<Integer, Integer> replies() {
        return new TreeMap<>(replies);
    }

    synchronized int violationCount() {
        return violationCount;
    }

    /** The first of them, with their dialogues. */
    synchronized List<String> violations() {
        return List.copyOf(violations);
    }
}
