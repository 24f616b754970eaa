package org.smtpgate.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What resolv.conf(5) says is what counts: servers, search domains, ndots. */
class ResolverFilesTest {
    private static final String KUBERNETES = """
            # of a pod
            search mail.svc.cluster.local svc.cluster.local cluster.local
            nameserver 10.96.0.10
            options ndots:5 timeout:2
            """;

    @Test
    void serversAreAskedInTheOrderOfTheFile() {
        assertThat(parse("nameserver 192.0.2.1\n; nameserver 192.0.2.9\nnameserver\t2001:db8::1\nnameserver nonsense\n")
                        .servers())
                .containsExactly(new InetSocketAddress("192.0.2.1", 53), new InetSocketAddress("2001:db8::1", 53));
    }

    @Test
    void aServerBehindAnInterfaceThatThereIsNotIsLeftOut() {
        assertThat(parse("nameserver fe80::1%there-is-none\nnameserver 192.0.2.1\n")
                        .servers())
                .containsExactly(new InetSocketAddress("192.0.2.1", 53));
    }

    @Test
    void withoutAServerThisMachineIsOne() {
        assertThat(parse("").servers()).containsExactly(new InetSocketAddress("127.0.0.1", 53));
    }

    @Test
    void aNameWithFewDotsIsSearchedFirst() {
        ResolverFiles files = parse(KUBERNETES);
        assertThat(files.candidates("relay"))
                .containsExactly(
                        "relay.mail.svc.cluster.local.", "relay.svc.cluster.local.", "relay.cluster.local.", "relay.");
        assertThat(files.candidates("relay.mail.svc.cluster.local").get(0))
                .isEqualTo("relay.mail.svc.cluster.local.mail.svc.cluster.local.");
        assertThat(files.candidates("a.b.c.d.e.f")).startsWith("a.b.c.d.e.f.").hasSize(4);
    }

    @Test
    void aNameWithADotAtItsEndIsNotSearched() {
        assertThat(parse(KUBERNETES).candidates("Relay.Example.net.")).containsExactly("relay.example.net.");
    }

    @Test
    void aNameWithADotIsTriedAsItIsFirstUnlessToldOtherwise() {
        assertThat(parse("search example.net").candidates("mail.relay"))
                .containsExactly("mail.relay.", "mail.relay.example.net.");
        assertThat(parse("search example.net").candidates("relay")).containsExactly("relay.example.net.", "relay.");
    }

    @Test
    void theLastOfDomainAndSearchCounts() {
        assertThat(parse("domain a.example\nsearch b.example c.example\n").search())
                .containsExactly("b.example.", "c.example.");
        assertThat(parse("search b.example\ndomain a.example\n").search()).containsExactly("a.example.");
        assertThat(parse("search .\n").candidates("relay")).containsExactly("relay.");
    }

    private static ResolverFiles parse(String text) {
        return ResolverFiles.parse(text, Map.of());
    }
}
