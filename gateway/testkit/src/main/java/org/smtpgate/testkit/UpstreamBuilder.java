package org.smtpgate.testkit;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Describes a {@link ScriptedUpstream}. */
public final class UpstreamBuilder {
    private final Script script = new Script();
    private final List<Fault> faults = new ArrayList<>();
    private Transport transport = Transport.PLAIN;
    private TestIdentity identity = TestCertificates.server();
    private final List<String> more = new ArrayList<>();
    private Optional<List<String>> extensions = Optional.empty();
    private SaslAccounts accounts;
    private boolean proxied;
    private boolean lmtp;
    private int maxConnections = Integer.MAX_VALUE;
    private long contentRate;
    private boolean keepContent = true;
    private InetAddress address = InetAddress.getLoopbackAddress();
    private int port;

    UpstreamBuilder() {}

    public UpstreamBuilder transport(Transport how) {
        transport = how;
        return this;
    }

    /** What it shows in TLS; by default {@link TestCertificates#server()}. */
    public UpstreamBuilder identity(TestIdentity shown) {
        identity = shown;
        return this;
    }

    /** The whole list that EHLO offers, in plaintext as in TLS. */
    public UpstreamBuilder extensions(String... offered) {
        extensions = Optional.of(List.of(offered));
        return this;
    }

    /** Takes the logins of these, and MAIL from nobody else; EHLO offers AUTH, once it is secured. */
    public UpstreamBuilder accounts(SaslAccounts users) {
        accounts = users;
        return this;
    }

    /** Expects a header of the PROXY protocol before all else, and says nothing until it has come. */
    public UpstreamBuilder proxied() {
        proxied = true;
        return this;
    }

    /**
     * Speaks LMTP (RFC 2033): its end of data is an occurrence of {@link Stage#END_OF_DATA} for each recipient, and a
     * message of its own.
     */
    public UpstreamBuilder lmtp() {
        lmtp = true;
        return this;
    }

    /** Offered beside the usual ones. */
    public UpstreamBuilder alsoOffers(String... extensionsMore) {
        more.addAll(List.of(extensionsMore));
        return this;
    }

    /** A connection beyond this many gets 421, and counts as refused. */
    public UpstreamBuilder maxConnections(int most) {
        maxConnections = most;
        return this;
    }

    /** Reads content at this rate, with a small receive buffer. */
    public UpstreamBuilder contentRate(long bytesPerSecond) {
        contentRate = bytesPerSecond;
        return this;
    }

    /** Keeps digest and size of messages, and not their content. */
    public UpstreamBuilder discardContent() {
        keepContent = false;
        return this;
    }

    /** Listens on a port that was free a moment ago, as an upstream does that comes back. */
    public UpstreamBuilder port(int number) {
        port = number;
        return this;
    }

    /** Listens on another address of this machine than 127.0.0.1, such as 127.0.0.2 or ::1. */
    public UpstreamBuilder address(String local) {
        try {
            address = InetAddress.getByName(local);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
        return this;
    }

    public UpstreamBuilder fault(Moment moment, Fault fault) {
        script.add(moment, fault);
        faults.add(fault);
        return this;
    }

    /** The lines of a reply, without the last CRLF. */
    public UpstreamBuilder reply(Moment moment, String reply) {
        script.add(moment, reply);
        return this;
    }

    /** A delay before the reply. */
    public UpstreamBuilder delay(Moment moment, Duration delay) {
        script.add(moment, delay);
        return this;
    }

    public ScriptedUpstream start() {
        if (transport == Transport.PLAIN && faults.stream().anyMatch(Fault::needsTls)) {
            throw new IllegalArgumentException("a TLS fault on a plain upstream");
        }
        UpstreamSettings settings = new UpstreamSettings(
                transport,
                identity.serverContext(),
                extensions,
                List.copyOf(more),
                accounts,
                proxied,
                lmtp,
                maxConnections,
                contentRate,
                keepContent);
        return new ScriptedUpstream(settings, script, address, port);
    }
}
