package org.smtpgate.proxy.authn;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.smtpgate.auth.SaslBackend;
import org.smtpgate.auth.ScramKeyStore;
import org.smtpgate.auth.Tls;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.sasl.SaslMechanism;
import org.smtpgate.sasl.SaslMechanisms;

/**
 * Which mechanisms a listener's backends can serve, and which backends each. A mechanism that the gateway speaks itself is
 * served by all backends that can judge what comes of it; one that none of them can, by the first that speaks it. Immutable;
 * what it says follows what the backends say just now.
 */
final class MechanismOffer {
    /** RFC 4422 section 3.1. */
    private static final Pattern NAME = Pattern.compile("[A-Z0-9_-]{1,20}");

    private static final String BINDING = "-PLUS";
    private static final String EXTERNAL = "EXTERNAL";

    private final List<GuardedBackend> backends;
    private final Set<String> wanted;

    /** @param wanted the names to offer at most; empty for all */
    MechanismOffer(List<GuardedBackend> backends, List<String> wanted) {
        this.backends = List.copyOf(backends);
        this.wanted = Set.copyOf(wanted);
    }

    /** What can be offered on this connection, the strongest first. */
    List<String> names(Tls tls, ChannelBindings bindings) {
        Set<String> passed = passed(tls);
        List<String> names = new ArrayList<>();
        for (SaslMechanism mechanism : SaslMechanisms.all()) {
            boolean own = isWanted(mechanism.name()) && isServed(mechanism) && isPossible(mechanism, tls, bindings);
            if (own || passed.contains(mechanism.name())) {
                names.add(mechanism.name());
            }
        }
        passed.stream().filter(name -> !names.contains(name)).forEach(names::add);
        return names;
    }

    /** The gateway's own mechanisms that can be offered on some connection. */
    List<String> ownNames() {
        return SaslMechanisms.all().stream()
                .filter(mechanism -> isWanted(mechanism.name()) && isServed(mechanism))
                .map(SaslMechanism::name)
                .toList();
    }

    /** The backends that can judge what an exchange of this mechanism presents, or hold the keys that it looks up. */
    List<GuardedBackend> serving(SaslMechanism mechanism) {
        return backends.stream().filter(named -> serves(named, mechanism)).toList();
    }

    /** A loop, since each session asks this several times of every mechanism. */
    private boolean isServed(SaslMechanism mechanism) {
        for (GuardedBackend named : backends) {
            if (serves(named, mechanism)) {
                return true;
            }
        }
        return false;
    }

    private static boolean serves(GuardedBackend named, SaslMechanism mechanism) {
        return mechanism.keyHash() == null
                ? named.unguarded().accepts().contains(mechanism.presents())
                : named.unguarded() instanceof ScramKeyStore store
                        && store.scramHashes().contains(mechanism.keyHash());
    }

    /** The first backend that speaks the mechanism by itself. */
    Optional<GuardedBackend> speaking(String mechanism, boolean encrypted) {
        return backends.stream()
                .filter(named -> named.unguarded() instanceof SaslBackend speaker
                        && spoken(speaker, encrypted).contains(mechanism))
                .findFirst();
    }

    /** What backends speak and the gateway does not, or not for these backends. */
    private Set<String> passed(Tls tls) {
        Set<String> passed = new LinkedHashSet<>();
        for (GuardedBackend named : backends) {
            if (named.unguarded() instanceof SaslBackend speaker) {
                passed.addAll(spoken(speaker, tls != null));
            }
        }
        passed.removeIf(name -> !isWanted(name)
                // The channel ends here: what a client binds to it means nothing to the server behind.
                || name.endsWith(BINDING)
                || name.equals(EXTERNAL) && !isCertified(tls)
                || SaslMechanisms.named(name).filter(this::isServed).isPresent());
        return passed;
    }

    private static Set<String> spoken(SaslBackend speaker, boolean encrypted) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : speaker.mechanisms(encrypted)) {
            String upper = name.toUpperCase(Locale.ROOT);
            if (NAME.matcher(upper).matches()) {
                names.add(upper);
            }
        }
        return names;
    }

    private boolean isWanted(String name) {
        return wanted.isEmpty() || wanted.contains(name);
    }

    private boolean isPossible(SaslMechanism mechanism, Tls tls, ChannelBindings bindings) {
        if (mechanism.name().equals(EXTERNAL)) {
            return isCertified(tls);
        }
        return !mechanism.bindsChannel() || tls != null && canBind(mechanism, bindings);
    }

    /**
     * GNU SASL and what is built on it bind by tls-exporter with TLS 1.3, take a mechanism that binds wherever they see one,
     * and give up if the server knows another type alone. So where the runtime has no tls-exporter, it must be asked for.
     */
    private boolean canBind(SaslMechanism mechanism, ChannelBindings bindings) {
        return bindings.data(ChannelBindings.TLS_EXPORTER) != null
                || wanted.contains(mechanism.name()) && bindings.data(ChannelBindings.TLS_SERVER_END_POINT) != null;
    }

    private static boolean isCertified(Tls tls) {
        return tls != null && tls.certificate() != null;
    }
}
