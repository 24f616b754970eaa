package org.smtpgate.proxy.upstream;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.smtpgate.proxy.upstream.Member.Standing;
import org.smtpgate.proxy.upstream.UpstreamSettings.Endpoint;
import org.smtpgate.proxy.upstream.UpstreamStatus.EndpointStatus;

/** The addresses of an upstream that are known now. Guarded by the lock of its {@link Endpoints}. */
final class Members implements Iterable<Member> {
    private final List<Member> all = new ArrayList<>();
    private final Factory factory;

    /** Makes a member of which nothing is known yet. */
    interface Factory {
        Member member(Endpoint configured, Destination destination, Standing standing);
    }

    /**
     * An address that an endpoint of the configuration led to.
     *
     * @param tier among those of that endpoint: the lower, the better
     * @param weight among those of that endpoint
     */
    record Found(String host, InetAddress address, int port, int tier, double weight) {
        Destination destination() {
            return new Destination(host, address, port);
        }

        Standing standing(Endpoint configured) {
            return new Standing(configured.priority(), tier, configured.weight() * weight);
        }
    }

    Members(Factory factory) {
        this.factory = factory;
    }

    @Override
    public Iterator<Member> iterator() {
        return all.iterator();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    List<EndpointStatus> status(long now) {
        return all.stream().map(member -> member.status(now)).toList();
    }

    List<Member> live() {
        return all.stream().filter(member -> member.health().live()).toList();
    }

    int count(Endpoint configured) {
        return (int) all.stream()
                .filter(member -> member.configured().equals(configured))
                .count();
    }

    /** The live ones of the best standing that has any. */
    List<Member> best(Collection<Member> except) {
        List<Member> best = new ArrayList<>();
        for (Member member : all) {
            if (member.health().live() && !except.contains(member)) {
                int order = best.isEmpty()
                        ? 0
                        : member.standing().compareTo(best.get(0).standing());
                if (order < 0) {
                    best.clear();
                }
                if (order <= 0) {
                    best.add(member);
                }
            }
        }
        return best;
    }

    /** These are all of an endpoint from now on; what is known of those that stay is kept. True when some are others. */
    boolean update(Endpoint configured, Collection<Found> found) {
        List<Member> before = new ArrayList<>(all);
        before.removeIf(member -> !member.configured().equals(configured));
        boolean news = false;
        for (Found one : found) {
            Destination destination = one.destination();
            Standing standing = one.standing(configured);
            Member same = before.stream()
                    .filter(member -> member.destination().equals(destination))
                    .findFirst()
                    .orElse(null);
            if (same == null) {
                all.add(factory.member(configured, destination, standing));
                news = true;
            } else {
                before.remove(same);
                same.standing(standing);
            }
        }
        before.forEach(Member::remove);
        all.removeAll(before);
        return news || !before.isEmpty();
    }
}
