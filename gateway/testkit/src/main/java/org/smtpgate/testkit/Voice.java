package org.smtpgate.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a scripted upstream says on one connection: the usual, or what its script has instead. */
final class Voice {
    private final Wire wire;
    private final UpstreamSettings settings;
    private final Script script;
    private final Ledger ledger;
    private final UpstreamConnection record;
    private volatile boolean gone;

    Voice(Wire wire, UpstreamSettings settings, Script script, Ledger ledger, UpstreamConnection record) {
        this.wire = wire;
        this.settings = settings;
        this.script = script;
        this.ledger = ledger;
        this.record = record;
    }

    /** A fault has come due. */
    static final class Due extends IOException {
        private static final long serialVersionUID = 1;
        private final Fault fault;

        Due(Fault fault) {
            this.fault = fault;
        }

        Fault fault() {
            return fault;
        }
    }

    /** Does this to the connection, from any thread; nothing more is said. */
    void inflict(Fault fault) throws IOException {
        gone = true;
        record.inflicted(fault);
        fault.inflict(wire);
    }

    /** Whether nothing more is said. */
    boolean gone() {
        return gone;
    }

    /** Arrives at a stage: the script's delay, its fault, or else the reply to give. */
    String reach(Stage stage, String usual) throws IOException, InterruptedException {
        int occurrence = script.reach(stage);
        Optional<Duration> delay = script.delay(stage, occurrence);
        if (delay.isPresent()) {
            TimeUnit.MILLISECONDS.sleep(delay.get().toMillis());
        }
        Optional<Fault> fault = script.fault(stage, occurrence);
        if (fault.isPresent()) {
            throw new Due(fault.get());
        }
        return script.reply(stage, occurrence).orElse(usual);
    }

    String reply(Stage stage, String usual) throws IOException, InterruptedException {
        String reply = reach(stage, usual);
        write(reply);
        before(stage);
        return reply;
    }

    /** The stages that may follow the one just answered: does a fault wait before one of them? */
    void before(Stage answered) throws Due {
        for (Stage next : answered.following(settings.startTlsPending(wire.isTls()))) {
            Optional<Fault> fault = script.faultBefore(next);
            if (fault.isPresent()) {
                throw new Due(fault.get());
            }
        }
    }

    /** Refuses what has no place, and notes it; {@code violation} is null for what a client may try. */
    void reject(String reply, String violation) throws IOException {
        if (violation != null) {
            ledger.violation(record, violation);
        }
        write(reply);
    }

    void write(String reply) throws IOException {
        if (gone) {
            return;
        }
        try {
            wire.write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
        } catch (EndOfWire e) {
            // A fault from another thread may have closed this side meanwhile; the other side is still to be watched.
            if (!gone) {
                throw e;
            }
        }
    }
}
