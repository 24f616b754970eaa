package org.smtpgate.proxy.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.smtpgate.proxy.upstream.UpstreamSettings.Balancing;

/** Chooses one of several members that are all fit. Under the lock of their {@link Endpoints}. */
interface BalancingPolicy {

    /**
     * @param fit at least one
     * @param login what {@link Balancing#HASH_LOGIN} goes by
     */
    Member choose(List<Member> fit, String login);

    /** @param random gives numbers from 0 up to 1 */
    static BalancingPolicy of(Balancing balancing, DoubleSupplier random) {
        return switch (balancing) {
            case LEAST_CONNECTIONS -> BalancingPolicy::leastConnections;
            case ROUND_ROBIN -> BalancingPolicy::roundRobin;
            case RANDOM_TWO -> (fit, login) -> randomTwo(fit, random);
            case HASH_LOGIN -> BalancingPolicy::rendezvous;
        };
    }

    /** Of those that are equally busy, the one that has waited for longest. */
    private static Member leastConnections(List<Member> fit, String login) {
        return fit.stream()
                .min(Comparator.comparingDouble(Member::load).thenComparingLong(member -> member.lastPick))
                .orElseThrow();
    }

    /** Smooth: a heavy one takes its turns among those of the others, and not all at once. */
    private static Member roundRobin(List<Member> fit, String login) {
        double all = 0;
        Member best = null;
        for (Member member : fit) {
            all += member.weight();
            member.turns += member.weight();
            if (best == null || member.turns > best.turns) {
                best = member;
            }
        }
        best.turns -= all;
        return best;
    }

    private static Member randomTwo(List<Member> fit, DoubleSupplier random) {
        Member first = draw(fit, null, random);
        if (fit.size() == 1) {
            return first;
        }
        Member second = draw(fit, first, random);
        return second.load() < first.load() ? second : first;
    }

    /** By weight, from all but one. */
    private static Member draw(List<Member> fit, Member except, DoubleSupplier random) {
        double all = 0;
        for (Member member : fit) {
            all += member == except ? 0 : member.weight();
        }
        double lot = random.getAsDouble() * all;
        Member drawn = null;
        for (Member member : fit) {
            if (member != except) {
                drawn = member;
                lot -= member.weight();
                if (lot < 0) {
                    break;
                }
            }
        }
        return drawn;
    }

    /** Weighted rendezvous hashing: when one comes or goes, only those logins move that it gains or had. */
    private static Member rendezvous(List<Member> fit, String login) {
        long key = hash(login);
        return fit.stream()
                .max(Comparator.comparingDouble(member -> score(key, member)))
                .orElseThrow();
    }

    private static double score(long key, Member member) {
        long mixed = mix(key ^ mix(hash(member.destination().toString())));
        // From the upper 53 bits, a number between 0 and 1 and neither of both.
        double uniform = ((mixed >>> 11) + 0.5) * 0x1.0p-53;
        return -member.weight() / Math.log(uniform);
    }

    /** FNV-1a, the same in every process. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64: each bit of the result depends on all of the input. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
