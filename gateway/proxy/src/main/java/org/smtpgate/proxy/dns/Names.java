package org.smtpgate.proxy.dns;

import io.netty.handler.codec.dns.DnsRecordType;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Finds what names lead to, as the system's own resolver would: by its {@code hosts} file, its search domains and its name
 * servers, or others. It keeps nothing; who asks is told for how long an answer holds. Confined to its event loop.
 */
public final class Names {
    private final Lookup lookup;

    public Names(Vertx vertx, DnsSettings settings) {
        this.lookup = new Lookup(vertx, settings);
    }

    /**
     * Addresses of a name.
     *
     * @param v4 empty when no server could tell
     * @param v6 likewise
     * @param holds for how long
     */
    public record Addresses(Optional<List<InetAddress>> v4, Optional<List<InetAddress>> v6, Duration holds) {}

    /** A record of {@link #services}: RFC 2782. */
    public record Service(int priority, int weight, int port, String target) {}

    /** A record of {@link #exchangers}. */
    public record Exchanger(int preference, String target) {}

    /** @param records none when it is said that there is no such service; targets have a dot at the end */
    public record Targets<T>(List<T> records, Duration holds) {}

    /**
     * The addresses of a host.
     *
     * @param host with a dot at the end it is tried as it is, and no other way
     * @return fails with {@link DnsException} when there are none, or nobody can tell
     */
    public Future<Addresses> addresses(String host) {
        return lookup.files().compose(read -> {
            String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
            List<InetAddress> known = read.hosts().get(name.toLowerCase(Locale.ROOT));
            return known == null
                    ? addresses(host, read.candidates(host), 0)
                    : Future.succeededFuture(ofHostsFile(known));
        });
    }

    private static Addresses ofHostsFile(List<InetAddress> known) {
        return new Addresses(
                Optional.of(
                        known.stream().filter(Inet4Address.class::isInstance).toList()),
                Optional.of(
                        known.stream().filter(Inet6Address.class::isInstance).toList()),
                Lookup.FILES_HOLD);
    }

    private Future<Addresses> addresses(String host, List<String> candidates, int index) {
        String name = candidates.get(index);
        Future<Found<Resource.Address>> v4 = lookup.find(name, DnsRecordType.A, Resource.Address.class);
        Future<Found<Resource.Address>> v6 = lookup.find(name, DnsRecordType.AAAA, Resource.Address.class);
        return Future.join(v4, v6).transform((both, failure) -> {
            List<Found<Resource.Address>> told = new ArrayList<>();
            for (Future<Found<Resource.Address>> answer : List.of(v4, v6)) {
                if (answer.succeeded()) {
                    told.add(answer.result());
                }
            }
            if (told.stream().anyMatch(found -> !found.isEmpty())) {
                return Future.succeededFuture(new Addresses(list(v4), list(v6), least(told, false)));
            }
            // A name that does not exist has no addresses of the other kind either.
            if (told.size() < 2 && told.stream().allMatch(Found::nameExists)) {
                return Future.failedFuture(failure);
            }
            return index + 1 < candidates.size()
                    ? addresses(host, candidates, index + 1)
                    : Future.failedFuture(new DnsException(host + " has no address", least(told, true)));
        });
    }

    private static Optional<List<InetAddress>> list(Future<Found<Resource.Address>> answer) {
        return Optional.ofNullable(answer.result())
                .map(found -> found.resources().stream()
                        .map(Resource.Address::address)
                        .toList());
    }

    private static Duration least(List<Found<Resource.Address>> answers, boolean negative) {
        LongStream seconds =
                answers.stream().filter(found -> found.isEmpty() == negative).mapToLong(Found::seconds);
        return Duration.ofSeconds(seconds.min().orElse(0));
    }

    /** @return fails with {@link DnsException} when there are no records, or nobody can tell */
    public Future<Targets<Service>> services(String name) {
        return lookup.find(AnswerReader.absolute(name), DnsRecordType.SRV, Resource.Service.class)
                .compose(found -> {
                    if (found.isEmpty()) {
                        return none(name, "SRV", found);
                    }
                    // The root stands for "no such service here".
                    List<Service> all = found.resources().stream()
                            .filter(service -> !service.target().equals("."))
                            .map(service ->
                                    new Service(service.priority(), service.weight(), service.port(), service.target()))
                            .toList();
                    return Future.succeededFuture(new Targets<>(all, found.holds()));
                });
    }

    /**
     * The mail exchangers of a domain; itself, if it exists and has no MX records (RFC 5321 section 5.1).
     *
     * @return fails with {@link DnsException} when there is no such domain, or nobody can tell
     */
    public Future<Targets<Exchanger>> exchangers(String domain) {
        return lookup.find(AnswerReader.absolute(domain), DnsRecordType.MX, Resource.Exchanger.class)
                .compose(found -> {
                    if (!found.nameExists()) {
                        return none(domain, "MX", found);
                    }
                    if (found.isEmpty()) {
                        return Future.succeededFuture(
                                new Targets<>(List.of(new Exchanger(0, found.end())), found.holds()));
                    }
                    // The root stands for "no mail here", RFC 7505.
                    List<Exchanger> all = found.resources().stream()
                            .filter(exchanger -> !exchanger.target().equals("."))
                            .map(exchanger -> new Exchanger(exchanger.preference(), exchanger.target()))
                            .toList();
                    return Future.succeededFuture(new Targets<>(all, found.holds()));
                });
    }

    private static <T> Future<T> none(String name, String type, Found<?> found) {
        String why = found.nameExists() ? " has no " + type + " record" : " does not exist";
        return Future.failedFuture(new DnsException(name + why, found.holds()));
    }

    public void close() {
        lookup.close();
    }
}
