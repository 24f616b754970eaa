package org.smtpgate.proxy.dns;

import java.time.Duration;
import java.util.List;

/**
 * What a question came to at the end of its chain of aliases.
 *
 * @param end the last name of the chain
 * @param nameExists whether there is such a name, with records of some kind
 * @param seconds for how long that holds, the chain included
 */
record Found<T extends Resource>(String end, boolean nameExists, List<T> resources, long seconds) {

    boolean isEmpty() {
        return resources.isEmpty();
    }

    Duration holds() {
        return Duration.ofSeconds(seconds);
    }
}
