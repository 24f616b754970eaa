package org.smtpgate.smtp.receiver;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.smtpgate.smtp.Capabilities;
import org.smtpgate.smtp.Extension;
import org.smtpgate.smtp.Parameter;
import org.smtpgate.smtp.ServerLimit;
import org.smtpgate.smtp.Verb;

/**
 * What EHLO offers: what the gateway adds by itself, and what passes through because every upstream that may get the mail
 * has it (RFC 5321 section 4.2.4: nothing is listed that would be refused).
 */
final class Offer {
    /** They say something to the upstream and to nobody else. */
    private static final Set<Extension> PASSED_THROUGH = EnumSet.of(
            Extension.SMTPUTF8, Extension.DSN, Extension.DELIVER_BY, Extension.MT_PRIORITY, Extension.FUTURE_RELEASE);

    /** What their parameters take is in the usual length of a command line. */
    private static final Set<Extension> USUAL = EnumSet.of(Extension.SIZE, Extension.EIGHT_BIT_MIME, Extension.AUTH);

    private Offer() {}

    /** Of AUTH to one who is logged in too, since MAIL may have a parameter of it. */
    static Capabilities of(ReceiverSettings settings, boolean encrypted) {
        Capabilities upstream = settings.upstream().get();
        Map<String, String> offer = new LinkedHashMap<>();
        add(offer, Extension.PIPELINING, true, "");
        add(offer, Extension.SIZE, true, size(settings.limits().message(), upstream.size()));
        add(offer, Extension.EIGHT_BIT_MIME, upstream.has(Extension.EIGHT_BIT_MIME), "");
        add(offer, Extension.ENHANCED_STATUS_CODES, true, "");
        add(offer, Extension.STARTTLS, settings.startTls() && !encrypted, "");
        List<String> mechanisms = settings.mechanisms().get();
        boolean auth = !mechanisms.isEmpty() && (encrypted || settings.authWithoutTls());
        add(offer, Extension.AUTH, auth, String.join(" ", mechanisms));
        add(offer, Extension.CHUNKING, true, "");
        boolean binary = upstream.has(Extension.CHUNKING) && upstream.has(Extension.BINARY_MIME);
        add(offer, Extension.BINARY_MIME, binary, "");
        for (Extension extension : PASSED_THROUGH) {
            add(offer, extension, upstream.has(extension), upstream.parameter(extension));
        }
        // RFC 8689 section 4.2.1: it is nothing that could be kept if the client's own connection were in the clear.
        add(offer, Extension.REQUIRE_TLS, encrypted && upstream.has(Extension.REQUIRE_TLS), "");
        String limits = limits(settings.limits().recipients(), upstream);
        add(offer, Extension.LIMITS, !limits.isEmpty(), limits);
        return new Capabilities(offer);
    }

    private static void add(Map<String, String> offer, Extension extension, boolean offered, String parameter) {
        if (offered) {
            offer.put(extension.keyword(), parameter);
        }
    }

    /** The smaller of our limit and the upstream's (RFC 1870); 0 is none. */
    private static String size(long ours, long theirs) {
        return String.valueOf(ours == 0 || theirs == 0 ? Math.max(ours, theirs) : Math.min(ours, theirs));
    }

    /** RFC 9422; how many transactions a connection takes does not matter to a client, whose mail goes over several. */
    private static String limits(int recipients, Capabilities upstream) {
        StringBuilder limits = new StringBuilder();
        long rcptMax = upstream.most(ServerLimit.RCPTMAX);
        if (rcptMax < ServerLimit.UNLIMITED) {
            limits.append(ServerLimit.RCPTMAX).append('=').append(Math.min(recipients, rcptMax));
        }
        long domainMax = upstream.most(ServerLimit.RCPTDOMAINMAX);
        if (domainMax < ServerLimit.UNLIMITED) {
            limits.append(limits.isEmpty() ? "" : " ");
            limits.append(ServerLimit.RCPTDOMAINMAX).append('=').append(domainMax);
        }
        return limits.toString();
    }

    /** How much longer than usual a command line may be, in octets, for what is offered. */
    static int addedToLine(Capabilities offer) {
        return Math.max(addedToLine(offer, Verb.MAIL), addedToLine(offer, Verb.RCPT));
    }

    private static int addedToLine(Capabilities offer, Verb verb) {
        int octets = 0;
        for (Parameter parameter : Parameter.values()) {
            Extension extension = parameter.extension("");
            boolean counts = parameter.verb() == verb && offer.has(extension) && !USUAL.contains(extension);
            octets += counts ? parameter.octetsMax() : 0;
        }
        return octets;
    }
}
