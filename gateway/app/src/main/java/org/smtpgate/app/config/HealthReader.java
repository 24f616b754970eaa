package org.smtpgate.app.config;

import org.smtpgate.proxy.upstream.UpstreamSettings.Health;

/** Reads the {@code health} section of an upstream. */
final class HealthReader {
    private HealthReader() {}

    static Health read(Section health) {
        Health usual = Health.DEFAULTS;
        Health read = new Health(
                health.durationOrOff("probe-interval", usual.probeInterval()),
                health.duration("probe-timeout", usual.probeTimeout()),
                health.flag("probe-at-start", usual.probeAtStart()),
                health.number("failures", usual.failures(), 1, 1_000),
                health.duration("backoff", usual.backoff()),
                health.duration("backoff-max", usual.backoffMax()));
        if (read.backoffMax().compareTo(read.backoff()) < 0) {
            health.problem(
                    "backoff-max", "must not be less than backoff, which is " + Quantities.spell(read.backoff()));
        }
        health.end();
        return read;
    }
}
