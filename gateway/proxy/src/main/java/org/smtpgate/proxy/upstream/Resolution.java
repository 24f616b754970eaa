package org.smtpgate.proxy.upstream;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.smtpgate.proxy.dns.DnsException;
import org.smtpgate.proxy.dns.Names;
import org.smtpgate.proxy.metrics.EndpointMeters;
import org.smtpgate.proxy.net.Deadlines;
import org.smtpgate.proxy.upstream.Members.Found;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;

/**
 * Finds the addresses of one endpoint of the configuration that has a name, and again when what was said of it holds no
 * longer. While nobody can tell, the last that were good stay. Confined to its event loop.
 */
final class Resolution {
    private static final Logger LOG = LoggerFactory.getLogger(Resolution.class);

    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofHours(1);
    private static final Duration LEAST_AFTER_FAILURE = Duration.ofSeconds(5);
    /** Whoever mends a zone should not have to wait for an hour. */
    private static final Duration MOST_AFTER_FAILURE = Duration.ofMinutes(5);
    /** How many targets of SRV or MX records, and addresses of each, are of use. */
    private static final int USEFUL_MAX = 32;

    private final String upstream;
    private final Endpoint configured;
    private final Names names;
    private final Endpoints endpoints;
    private final EndpointMeters meters;
    private final Deadlines.Deadline next;
    /** What each host led to when that was last known. */
    private final Map<String, Known> known = new HashMap<>();

    private boolean failing;
    private boolean stopped;

    /** A host that records lead to; a host of the configuration has the tier 0 and the weight 1. */
    private record Target(String host, int port, int tier, double weight) {}

    private record Known(List<InetAddress> v4, List<InetAddress> v6) {
        static final Known NOTHING = new Known(List.of(), List.of());

        Known updated(Names.Addresses found) {
            return new Known(found.v4().orElse(v4), found.v6().orElse(v6));
        }

        Stream<InetAddress> all() {
            return Stream.concat(v4.stream(), v6.stream());
        }
    }

    /** Targets with the time for which they, and later their addresses, hold. */
    private record Targets(List<Target> list, Duration holds) {}

    Resolution(
            String upstream,
            Endpoint configured,
            Names names,
            Endpoints endpoints,
            EndpointMeters meters,
            Deadlines deadlines) {
        this.upstream = upstream;
        this.configured = configured;
        this.names = names;
        this.endpoints = endpoints;
        this.meters = meters;
        this.next = deadlines.create(this::resolve);
    }

    void start() {
        resolve();
    }

    /** Whoever still waits for the first answer is told that there is none. */
    void stop() {
        stopped = true;
        next.clear();
        endpoints.unresolved(configured);
    }

    private void resolve() {
        targets().compose(this::addresses).onComplete((holds, failure) -> {
            if (stopped) {
                return;
            }
            meters.lookedUp(configured.toString(), failure == null);
            if (failure == null) {
                failing = false;
                next.in(within(holds, LEAST, MOST));
            } else {
                failed(failure);
            }
        });
    }

    private void failed(Throwable failure) {
        if (!failing) {
            failing = true;
            LOG.warn(
                    "upstream {}: cannot resolve {}: {}; {} addresses stay",
                    upstream,
                    configured,
                    failure.getMessage(),
                    endpoints.count(configured));
        }
        endpoints.unresolved(configured);
        Duration holds = failure instanceof DnsException told ? told.holds() : Duration.ZERO;
        next.in(within(holds, LEAST_AFTER_FAILURE, MOST_AFTER_FAILURE));
    }

    private static Duration within(Duration given, Duration least, Duration most) {
        return given.compareTo(least) < 0 ? least : given.compareTo(most) > 0 ? most : given;
    }

    private Future<Targets> targets() {
        return switch (configured.kind()) {
            case HOST, UNIX ->
                Future.succeededFuture(
                        new Targets(List.of(new Target(configured.host(), configured.port(), 0, 1)), MOST));
            case SRV ->
                names.services(configured.host()).map(found -> new Targets(ofServices(found.records()), found.holds()));
            case MX ->
                names.exchangers(configured.host())
                        .map(found -> new Targets(ofExchangers(found.records()), found.holds()));
        };
    }

    private static List<Target> ofServices(List<Names.Service> services) {
        ToIntFunction<Integer> tier = tiers(services.stream().map(Names.Service::priority));
        return services.stream()
                .map(service -> new Target(
                        service.target(),
                        service.port(),
                        tier.applyAsInt(service.priority()),
                        // RFC 2782: "a very small chance" for those with 0 beside others.
                        service.weight() == 0 ? 0.01 : service.weight()))
                .limit(USEFUL_MAX)
                .toList();
    }

    private List<Target> ofExchangers(List<Names.Exchanger> exchangers) {
        ToIntFunction<Integer> tier = tiers(exchangers.stream().map(Names.Exchanger::preference));
        return exchangers.stream()
                .map(exchanger ->
                        new Target(exchanger.target(), configured.port(), tier.applyAsInt(exchanger.preference()), 1))
                .limit(USEFUL_MAX)
                .toList();
    }

    /** The best is tier 0, whatever number it has, so that it is as good as an endpoint without such numbers. */
    private static ToIntFunction<Integer> tiers(Stream<Integer> numbers) {
        TreeSet<Integer> ranks = new TreeSet<>(numbers.toList());
        return number -> ranks.headSet(number).size();
    }

    /** Fails when no target has an address, though there are targets. */
    private Future<Duration> addresses(Targets targets) {
        List<Future<Names.Addresses>> asked = targets.list().stream()
                .map(target -> names.addresses(target.host()))
                .toList();
        return Future.join(asked).transform((all, failure) -> {
            Duration holds = targets.holds();
            Map<String, Known> before = Map.copyOf(known);
            known.clear();
            List<Found> found = new ArrayList<>();
            for (int index = 0; index < asked.size(); index++) {
                Target target = targets.list().get(index);
                Optional<Names.Addresses> addresses =
                        Optional.ofNullable(asked.get(index).result());
                Known last = before.getOrDefault(target.host(), Known.NOTHING);
                Known now = addresses.map(last::updated).orElse(last);
                known.put(target.host(), now);
                now.all().limit(USEFUL_MAX).forEach(address -> found.add(found(target, address)));
                Duration own = addresses.map(Names.Addresses::holds).orElse(LEAST_AFTER_FAILURE);
                holds = own.compareTo(holds) < 0 ? own : holds;
            }
            boolean noneTold = !asked.isEmpty() && asked.stream().allMatch(Future::failed);
            if (noneTold) {
                known.putAll(before);
                return Future.failedFuture(failure);
            }
            announce(endpoints.update(configured, found), found);
            return Future.succeededFuture(holds);
        });
    }

    private static Found found(Target target, InetAddress address) {
        String host = target.host();
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return new Found(name, address, target.port(), target.tier(), target.weight());
    }

    private void announce(boolean news, List<Found> found) {
        if (news && found.isEmpty()) {
            LOG.warn("upstream {}: {} says that there is no server", upstream, configured);
        } else if (news) {
            LOG.info(
                    "upstream {}: {} leads to {}",
                    upstream,
                    configured,
                    found.stream().map(Found::destination).toList());
        }
    }
}
