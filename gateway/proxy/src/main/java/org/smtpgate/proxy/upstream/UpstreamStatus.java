package org.smtpgate.proxy.upstream;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.smtpgate.proxy.metrics.ConnectionState;
import org.smtpgate.proxy.metrics.UpstreamMode;

/**
 * What an upstream is like at one moment, over all event loops.
 *
 * @param waiting transactions that wait for a connection
 */
public record UpstreamStatus(
        String name,
        UpstreamMode mode,
        int maxConnections,
        Map<ConnectionState, Long> connections,
        long waiting,
        List<EndpointStatus> endpoints) {

    /**
     * An address of it.
     *
     * @param configured by which endpoint of the configuration it was found
     * @param live whether it is used; one that is not was left out after failures
     * @param unchangedFor since it became that
     * @param lastError of the last attempt to connect; null if that succeeded
     * @param connections attempts included
     * @param extensions what it offered in EHLO when last asked; null before that
     */
    public record EndpointStatus(
            String address,
            String configured,
            int priority,
            boolean live,
            Duration unchangedFor,
            String lastError,
            int connections,
            SortedSet<String> extensions) {}
}
