package org.smtpgate.app.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;

/** Reads one section of {@code listeners}. */
final class ListenerReader {
    /** In place of one that is missing or wrong: with no other can it clash. */
    private static final HostAndPort NO_ADDRESS = new HostAndPort("", 0);

    /** RFC 4422 section 3.1. */
    private static final Pattern MECHANISM = Pattern.compile("[A-Z0-9_-]{1,20}");

    private final Section section;

    ListenerReader(Section section) {
        this.section = section;
    }

    GatewayConfig.Listener read() {
        String name = section.requiredText("name", "submission");
        section.require("address", "0.0.0.0:587");
        HostAndPort address = section.address("address", NO_ADDRESS);
        String hostname = section.domain("hostname", ListenerReader::machineName);
        ListenerTlsReader tlsReader = new ListenerTlsReader(section.section("tls"));
        ListenerSettings.Auth auth = auth(section.section("auth"), tlsReader.mode());
        ListenerSettings.Tls tls = tlsReader.read(auth);
        ListenerSettings settings = new ListenerSettings(
                name,
                address.host(),
                address.port(),
                hostname,
                tls,
                auth,
                section.requiredText("route", "legacy"),
                section.number("max-sessions", ListenerSettings.DEFAULT_SESSIONS, 1, 1_000_000),
                section.choice("bare-newline", BareNewline.REJECT, Names::of),
                limits(section.section("limits")),
                timeouts(section.section("timeouts")),
                closeWith221(section.section("closing-replies")));
        section.end();
        return new GatewayConfig.Listener(settings, tlsReader.files());
    }

    private ListenerSettings.Auth auth(Section auth, TlsMode mode) {
        List<String> backends = List.copyOf(new LinkedHashSet<>(auth.texts("backends")));
        List<String> mechanisms = List.copyOf(new LinkedHashSet<>(auth.list("mechanisms", ListenerReader::mechanism)));
        boolean required = auth.flag("required", !backends.isEmpty());
        boolean allowWithoutTls = auth.flag("allow-without-tls", false);
        Duration timeout = auth.duration("timeout", ListenerSettings.Auth.NONE.timeout());
        auth.end();
        if (required && backends.isEmpty()) {
            auth.problem("required", "a login is required, but there are no backends; list some, or set it to false");
        }
        if (!mechanisms.isEmpty() && backends.isEmpty()) {
            auth.problem("mechanisms", "has no effect without backends; list some, or leave it out");
        }
        if (!backends.isEmpty() && mode == TlsMode.NONE && !allowWithoutTls) {
            auth.problem(
                    "backends",
                    "logins are not taken without TLS, so nobody could log in; set tls.mode, or allow-without-tls: true");
        }
        return new ListenerSettings.Auth(backends, mechanisms, required, allowWithoutTls, timeout);
    }

    private static String mechanism(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (!MECHANISM.matcher(upper).matches()) {
            throw new IllegalArgumentException("must be the name of a SASL mechanism, such as SCRAM-SHA-256");
        }
        return upper;
    }

    private static Limits limits(Section limits) {
        Limits usual = Limits.DEFAULTS;
        Limits read = new Limits(
                limits.number("command-line", usual.commandLine(), 512, 65_536),
                limits.number("auth-line", usual.authLine(), 512, 1 << 20),
                limits.number("recipients", usual.recipients(), 1, 100_000),
                limits.size("message", usual.message()),
                limits.number("replies-owed", usual.repliesOwed(), 1, 10_000),
                limits.number("errors", usual.errors(), 1, 10_000),
                limits.number("auth-failures", usual.authFailures(), 1, 1_000),
                limits.size("discard", usual.discard()));
        limits.end();
        if (read.authLine() < read.commandLine()) {
            limits.problem("auth-line", "must not be less than command-line, which is " + read.commandLine());
        }
        return read;
    }

    private static ListenerSettings.Timeouts timeouts(Section timeouts) {
        ListenerSettings.Timeouts usual = ListenerSettings.Timeouts.DEFAULTS;
        ListenerSettings.Timeouts read = new ListenerSettings.Timeouts(
                timeouts.duration("idle", usual.idle()),
                timeouts.duration("content", usual.content()),
                timeouts.size("content-rate", usual.contentRate()),
                timeouts.duration("tls", usual.tls()));
        timeouts.end();
        return read;
    }

    private static Set<Ending> closeWith221(Section replies) {
        Set<Ending> polite = EnumSet.noneOf(Ending.class);
        for (Ending ending : Ending.values()) {
            String name = Names.of(ending);
            if (replies.value(name, 421, ListenerReader::closingCode) == 221) {
                polite.add(ending);
            }
        }
        replies.end();
        return polite;
    }

    private static int closingCode(String text) {
        if (!text.equals("421") && !text.equals("221")) {
            throw new IllegalArgumentException("must be 421 or 221, not " + text);
        }
        return Integer.parseInt(text);
    }

    /** Its full name; where no resolver knows that, its own, rather than the bare IP address that Java would give. */
    private static String machineName() {
        try {
            InetAddress local = InetAddress.getLocalHost();
            String full = local.getCanonicalHostName();
            return full.equals(local.getHostAddress()) ? local.getHostName() : full;
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
