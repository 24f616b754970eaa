package org.smtpgate.proxy;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.smtpgate.proxy.upstream.UpstreamSettings.Failover;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Transport;

/** A row of the closure contract's table: the story of one session, and the cells in which it can be told. */
final class ContractRow {
    private final String title;
    private final Consumer<ContractScene> story;
    private final Set<Fault> faults = EnumSet.allOf(Fault.class);
    private Consumer<ContractScene> preparation = scene -> {};
    private List<Pooling> poolings = List.of(Pooling.values());
    private List<Transport> transports = List.of(Transport.PLAIN, Transport.IMPLICIT_TLS);
    private List<Boolean> clientTls = List.of(false);
    private boolean lmtp;
    private Failover failover = Failover.ENVELOPE;
    private boolean chunking;
    private boolean upstreamJudges;

    ContractRow(String title, Consumer<ContractScene> story) {
        this.title = title;
        this.story = story;
    }

    /** What is set up before anything is started. */
    ContractRow given(Consumer<ContractScene> setUp) {
        preparation = setUp;
        return this;
    }

    ContractRow only(Pooling pooling) {
        poolings = List.of(pooling);
        return this;
    }

    ContractRow only(Transport... towardsUpstream) {
        transports = List.of(towardsUpstream);
        return this;
    }

    ContractRow without(Fault... impossible) {
        faults.removeAll(Set.of(impossible));
        return this;
    }

    /** The end of the session is the gateway's to make, so it is looked at in TLS too. */
    ContractRow clientInTlsToo() {
        clientTls = List.of(false, true);
        return this;
    }

    /** The contract without its "may": nothing is sent again but MAIL to a connection that died in the pool. */
    ContractRow withoutReplay() {
        failover = Failover.MAIL;
        return this;
    }

    /** With an upstream that speaks LMTP. */
    ContractRow overLmtp() {
        lmtp = true;
        return this;
    }

    boolean lmtp() {
        return lmtp;
    }

    /** The upstream is asked whether a client's login is right. */
    ContractRow whereUpstreamJudges() {
        upstreamJudges = true;
        return this;
    }

    boolean upstreamJudges() {
        return upstreamJudges;
    }

    /** The upstream takes content in chunks. */
    ContractRow withChunking(boolean takesChunks) {
        chunking = takesChunks;
        return this;
    }

    boolean chunking() {
        return chunking;
    }

    Failover failover() {
        return failover;
    }

    List<ContractCell> cells() {
        return poolings.stream()
                .flatMap(pooling -> transports.stream()
                        .flatMap(transport -> faults.stream()
                                .flatMap(fault -> clientTls.stream()
                                        .map(tls -> new ContractCell(this, fault, transport, pooling, tls)))))
                .filter(ContractCell::hasTlsForItsFault)
                .toList();
    }

    void prepare(ContractScene scene) {
        preparation.accept(scene);
    }

    void play(ContractScene scene) {
        story.accept(scene);
    }

    @Override
    public String toString() {
        return title;
    }
}
