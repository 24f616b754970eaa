package org.smtpgate.app.config;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.smtpgate.proxy.downstream.ListenerSettings;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.smtp.BareNewline;
import org.smtpgate.smtp.Ending;
import org.smtpgate.smtp.Limits;

/** Reads one section of {@code listeners}. */
final class ListenerReader {
    /** In place of one that is missing or wrong: with no other can it clash. */
    private static final HostAndPort NO_ADDRESS = new HostAndPort("", 0);

    private final Section section;
    private Path certificate;
    private Path key;

    ListenerReader(Section section) {
        this.section = section;
    }

    GatewayConfig.Listener read() {
        String name = section.requiredText("name", "submission");
        section.require("address", "0.0.0.0:587");
        HostAndPort address = section.address("address", NO_ADDRESS);
        String hostname = section.domain("hostname", ListenerReader::machineName);
        Section tlsSection = section.section("tls");
        TlsMode mode = tlsSection.choice("mode", TlsMode.NONE, Names::of);
        ListenerSettings.Auth auth = auth(section.section("auth"), mode);
        ListenerSettings.Tls tls = tls(tlsSection, mode, auth);
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
        return new GatewayConfig.Listener(settings, certificate, key);
    }

    private ListenerSettings.Auth auth(Section auth, TlsMode mode) {
        List<String> backends = List.copyOf(new LinkedHashSet<>(auth.texts("backends")));
        boolean required = auth.flag("required", !backends.isEmpty());
        boolean allowWithoutTls = auth.flag("allow-without-tls", false);
        Duration timeout = auth.duration("timeout", ListenerSettings.Auth.NONE.timeout());
        auth.end();
        if (required && backends.isEmpty()) {
            auth.problem("required", "a login is required, but there are no backends; list some, or set it to false");
        }
        if (!backends.isEmpty() && mode == TlsMode.NONE && !allowWithoutTls) {
            auth.problem(
                    "backends",
                    "logins are not taken without TLS, so nobody could log in; set tls.mode, or allow-without-tls: true");
        }
        return new ListenerSettings.Auth(backends, List.of(), required, allowWithoutTls, timeout);
    }

    private ListenerSettings.Tls tls(Section tls, TlsMode mode, ListenerSettings.Auth auth) {
        boolean needed = mode == TlsMode.STARTTLS && auth.required() && !auth.allowWithoutTls();
        boolean required = tls.flag("required", needed);
        certificate = tls.file("certificate");
        key = tls.file("key");
        tls.end();
        if (mode == TlsMode.NONE) {
            tls.noEffectBeside("mode", "has no effect, as tls.mode is none; set that to starttls or implicit");
            return ListenerSettings.Tls.NONE;
        }
        tls.require("certificate", "tls.crt");
        tls.require("key", "tls.key");
        return new ListenerSettings.Tls(mode, required, options(tls));
    }

    private ServerSSLOptions options(Section tls) {
        Buffer certificatePem = pem(tls, "certificate", certificate, PemFiles::certificates);
        Buffer keyPem = pem(tls, "key", key, PemFiles::key);
        if (certificatePem == null || keyPem == null) {
            return null;
        }
        try {
            PemFiles.requireMatch(certificate, certificatePem, key, keyPem);
        } catch (IllegalArgumentException e) {
            tls.problem("key", e.getMessage());
        }
        warnOfItsEnd(tls, PemFiles.end(certificate, certificatePem));
        ServerSSLOptions options = new ServerSSLOptions();
        options.setKeyCertOptions(
                new PemKeyCertOptions().addCertValue(certificatePem).addKeyValue(keyPem));
        options.setEnabledSecureTransportProtocols(TlsProtocols.ALLOWED);
        return options;
    }

    /** No mistake: a gateway that does not start is worse than one that some clients do not trust. */
    private void warnOfItsEnd(Section tls, Instant end) {
        if (end.isBefore(Instant.now())) {
            tls.warning(
                    "certificate",
                    "the certificate in " + certificate + " expired on "
                            + end.atZone(ZoneOffset.UTC).toLocalDate() + "; renew it");
        }
    }

    /** Null when there is none, or a wrong one, which is noted. */
    private static Buffer pem(Section tls, String setting, Path file, Function<Path, Buffer> read) {
        try {
            return file == null ? null : read.apply(file);
        } catch (IllegalArgumentException e) {
            tls.problem(setting, e.getMessage());
            return null;
        }
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
