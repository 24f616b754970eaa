package org.smtpgate.proxy.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.smtpgate.proxy.dns.Names.Addresses;
import org.smtpgate.proxy.dns.Names.Exchanger;
import org.smtpgate.proxy.dns.Names.Service;
import org.smtpgate.testkit.DnsServer;
import org.smtpgate.testkit.DnsServer.Mood;

/** Names asked of a real server: what there is, what there is not, and what nobody can tell are three different things. */
class NamesTest {
    private final Vertx vertx = Vertx.vertx();
    private final DnsServer server = new DnsServer();
    private final DnsServer other = new DnsServer();
    private Names names;
    private Context context;

    @BeforeEach
    void begin() throws Exception {
        names = call(created -> Future.succeededFuture(
                new Names(vertx, new DnsSettings(List.of(address(server), address(other)), Duration.ofMillis(400)))));
    }

    @AfterEach
    void end() throws Exception {
        call(all -> {
            names.close();
            return Future.succeededFuture();
        });
        server.close();
        other.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aHostHasAllItsAddressesForTheShortestOfTheirTimes() throws Exception {
        server.zone().addresses("mail.example.net", 300, "192.0.2.1", "192.0.2.2", "2001:db8::1");
        Addresses found = call(all -> all.addresses("mail.example.net."));
        assertThat(found.v4()).contains(addresses("192.0.2.1", "192.0.2.2"));
        assertThat(found.v6()).contains(addresses("2001:db8::1"));
        assertThat(found.holds()).isEqualTo(Duration.ofSeconds(300));
        assertThat(server.questions()).containsExactlyInAnyOrder("mail.example.net. A", "mail.example.net. AAAA");
    }

    @Test
    void anAliasIsFollowedAndHoldsNoLongerThanItsOwnTime() throws Exception {
        server.zone().alias("relay.example.net", 20, "Mail.Example.net");
        server.zone().addresses("mail.example.net", 3_600, "192.0.2.1");
        Addresses found = call(all -> all.addresses("relay.example.net."));
        assertThat(found.v4()).contains(addresses("192.0.2.1"));
        assertThat(found.holds()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void anAliasIsFollowedByUsWhereTheServerDoesNot() throws Exception {
        server.notFollowingAliases().zone().alias("relay.example.net", 20, "mail.example.net");
        server.zone().addresses("mail.example.net", 3_600, "192.0.2.1");
        Addresses found = call(all -> all.addresses("relay.example.net."));
        assertThat(found.v4()).contains(addresses("192.0.2.1"));
        assertThat(found.holds()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aliasesThatGoRoundEndInAFailure() {
        server.notFollowingAliases().zone().alias("a.example.net", 20, "b.example.net");
        server.zone().alias("b.example.net", 20, "a.example.net");
        assertThat(failure(all -> all.addresses("a.example.net."))).hasMessageContaining("alias of an alias");
        assertThat(server.questions()).hasSizeLessThan(50);
    }

    @Test
    void aNameThatDoesNotExistIsKnownNotToForTheTimeOfItsZone() {
        server.negativeSeconds(77);
        DnsException none = failure(all -> all.addresses("nowhere.example.net."));
        assertThat(none).hasMessage("nowhere.example.net. has no address");
        assertThat(none.holds()).isEqualTo(Duration.ofSeconds(77));
        assertThat(other.questions()).as("asked after a clear answer").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = Mood.class, names = "WELL", mode = EnumSource.Mode.EXCLUDE)
    void theNextServerIsAskedWhenOneCannotTell(Mood mood) throws Exception {
        server.mood(mood);
        other.zone().addresses("mail.example.net", 300, "192.0.2.1");
        assertThat(call(all -> all.addresses("mail.example.net.")).v4()).contains(addresses("192.0.2.1"));
    }

    @ParameterizedTest
    @EnumSource(value = Mood.class, names = "WELL", mode = EnumSource.Mode.EXCLUDE)
    void whenNoServerCanTellThatIsNoWordAboutTheName(Mood mood) {
        server.mood(mood);
        other.mood(mood);
        DnsException failed = failure(all -> all.addresses("mail.example.net."));
        assertThat(failed).hasMessageContaining("mail.example.net. A");
        assertThat(failed.holds()).isEqualTo(Duration.ZERO);
        assertThat(server.questions().stream().filter(question -> question.endsWith(" A")))
                .hasSize(2);
    }

    @Test
    void oneKindOfAddressMayBeKnownWhileNobodyCanTellOfTheOther() throws Exception {
        server.mood(Mood.SERVER_FAILURE, "AAAA").zone().addresses("mail.example.net", 300, "192.0.2.1");
        other.mood(Mood.SERVER_FAILURE, "AAAA");
        Addresses found = call(all -> all.addresses("mail.example.net."));
        assertThat(found.v4()).contains(addresses("192.0.2.1"));
        assertThat(found.v6()).isEmpty();
    }

    @Test
    void whatDoesNotFitIntoADatagramIsAskedForOverTcp() throws Exception {
        server.truncating().zone().addresses("mail.example.net", 300, "192.0.2.1");
        assertThat(call(all -> all.addresses("mail.example.net.")).v4()).contains(addresses("192.0.2.1"));
        assertThat(server.questions()).contains("mail.example.net. A tcp");
    }

    @Test
    void servicesHaveTheirHostsPortsPrioritiesAndWeights() throws Exception {
        server.zone()
                .service("_submission._tcp.example.net", 60, 10, 5, 587, "a.example.net")
                .service("_submission._tcp.example.net", 30, 20, 0, 588, "b.example.net");
        Names.Targets<Service> found = call(all -> all.services("_submission._tcp.example.net"));
        assertThat(found.records())
                .containsExactly(new Service(10, 5, 587, "a.example.net."), new Service(20, 0, 588, "b.example.net."));
        assertThat(found.holds()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aServiceMaySayThatThereIsNone() throws Exception {
        server.zone().service("_submission._tcp.example.net", 60, 0, 0, 0, ".");
        assertThat(call(all -> all.services("_submission._tcp.example.net")).records())
                .isEmpty();
        assertThat(failure(all -> all.services("_imap._tcp.example.net"))).hasMessageEndingWith("does not exist");
    }

    @Test
    void exchangersAreFoundAndADomainWithoutAnyIsItsOwn() throws Exception {
        server.zone()
                .exchanger("example.net", 60, 10, "mx1.example.net")
                .exchanger("example.net", 60, 20, "mx2.example.net")
                .empty("bare.example");
        assertThat(call(all -> all.exchangers("example.net")).records())
                .containsExactly(new Exchanger(10, "mx1.example.net."), new Exchanger(20, "mx2.example.net."));
        assertThat(call(all -> all.exchangers("bare.example")).records())
                .containsExactly(new Exchanger(0, "bare.example."));
        assertThat(failure(all -> all.exchangers("nowhere.example"))).hasMessageEndingWith("does not exist");
    }

    @Test
    void aDomainMaySayThatItTakesNoMail() throws Exception {
        server.zone().exchanger("silent.example", 60, 0, ".");
        assertThat(call(all -> all.exchangers("silent.example")).records()).isEmpty();
    }

    @Test
    void aDomainOfWhichNobodyCanTellIsNotTakenForItsOwnExchanger() {
        server.mood(Mood.SERVER_FAILURE);
        other.mood(Mood.SERVER_FAILURE);
        assertThat(failure(all -> all.exchangers("example.net"))).hasMessageContaining("MX");
    }

    @Test
    void theEventLoopIsNeverHeldUp() throws Exception {
        server.mood(Mood.SILENT);
        other.mood(Mood.SILENT);
        Future<Addresses> slow = Future.future(promise -> context.runOnContext(
                turn -> names.addresses("mail.example.net.").onComplete(promise)));
        for (int turn = 0; turn < 20; turn++) {
            long begun = System.nanoTime();
            call(all -> Future.succeededFuture());
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(300));
        }
        assertThat(slow.isComplete()).isFalse();
    }

    private static InetSocketAddress address(DnsServer server) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    }

    private static List<InetAddress> addresses(String... literals) {
        return java.util.Arrays.stream(literals).map(Literals::address).toList();
    }

    private DnsException failure(Function<Names, Future<?>> question) {
        return (DnsException) catchThrowableOfType(CompletionException.class, () -> {
                    try {
                        call(all -> question.apply(all).mapEmpty());
                    } catch (java.util.concurrent.ExecutionException e) {
                        throw new CompletionException(e.getCause());
                    }
                })
                .getCause();
    }

    private <T> T call(Function<Names, Future<T>> task) throws Exception {
        if (context == null) {
            context = vertx.getOrCreateContext();
        }
        Future<T> done = Future.future(
                promise -> context.runOnContext(turn -> task.apply(names).onComplete(promise)));
        try {
            return done.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
