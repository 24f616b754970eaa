package org.smtpgate.proxy.metrics;

import java.util.List;

/**
 * What became of one transaction.
 *
 * @param from the sender as given, brackets included
 * @param recipients those that the upstream accepted
 * @param octets of content passed on, as on the wire
 * @param digest of that content
 * @param upstream the name of the one that it went to, or was to go to; null if that was never known
 * @param endpoint where it went; null if nowhere
 * @param reply the last thing the client was told about it, or was to be told when it was unheard; null if nothing
 * @param cause what went wrong with the upstream, and whether the final reply was unheard; null if nothing did
 * @param nanos from MAIL to the end
 */
public record TransactionReport(
        String from,
        List<String> recipients,
        Outcome outcome,
        long octets,
        String digest,
        String upstream,
        String endpoint,
        String reply,
        String cause,
        long nanos) {}
