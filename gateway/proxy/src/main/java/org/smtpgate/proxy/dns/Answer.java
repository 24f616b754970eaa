package org.smtpgate.proxy.dns;

import java.util.ArrayList;
import java.util.List;

/**
 * What a name server said to one question, and for how many seconds that holds.
 *
 * @param records those of the answer section that are understood
 * @param negativeSeconds for how long it holds that there are none
 */
record Answer(boolean nameExists, List<Entry> records, long negativeSeconds) {
    /** A chain of aliases that is longer has a loop in it, or means harm. */
    static final int ALIASES_MAX = 8;

    /** @param owner whose record it is */
    record Entry(String owner, long seconds, Resource resource) {}

    /**
     * What a question came to.
     *
     * @param end the last name of the chain of aliases that began with the one asked for
     * @param seconds for how long the chain and its end hold
     */
    record Outcome<T extends Resource>(String end, List<T> resources, long seconds) {}

    /** Follows aliases from a name, as far as the answer leads, to its records of one kind. */
    <T extends Resource> Outcome<T> follow(String name, Class<T> kind) {
        String end = name;
        long seconds = Long.MAX_VALUE;
        for (int hops = 0; hops <= ALIASES_MAX; hops++) {
            Entry alias = alias(end);
            if (alias == null) {
                break;
            }
            end = ((Resource.Alias) alias.resource()).target();
            seconds = Math.min(seconds, alias.seconds());
        }
        List<T> found = new ArrayList<>();
        for (Entry entry : records) {
            if (entry.owner().equals(end) && kind.isInstance(entry.resource())) {
                found.add(kind.cast(entry.resource()));
                seconds = Math.min(seconds, entry.seconds());
            }
        }
        return new Outcome<>(end, found, seconds);
    }

    private Entry alias(String name) {
        return records.stream()
                .filter(entry -> entry.owner().equals(name) && entry.resource() instanceof Resource.Alias)
                .findFirst()
                .orElse(null);
    }
}
