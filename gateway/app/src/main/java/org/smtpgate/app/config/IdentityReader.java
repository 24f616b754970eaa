package org.smtpgate.app.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.smtpgate.app.config.GatewayConfig.Identity.Mode;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.sasl.SaslClientMechanisms;

/** Reads the {@code identity} section of an upstream. */
final class IdentityReader {
    private static final List<String> DETAILS = List.of("username", "password", "password-file", "tokens", "separator");
    private static final Map<Mode, Set<String>> USED = Map.of(
            Mode.NONE, Set.of(),
            Mode.SERVICE, Set.of("username", "password", "password-file", "tokens"),
            Mode.PASSTHROUGH, Set.of(),
            Mode.DELEGATED, Set.of("username", "password", "password-file", "separator"),
            Mode.USER_TOKENS, Set.of("tokens"));

    private final Section section;
    private final Mode mode;
    private final String mechanism;
    private final boolean allowWithoutTls;
    private final String username;
    private final String password;
    private final Path passwordFile;
    private final String tokens;
    private final String separator;

    IdentityReader(Section section) {
        this.section = section;
        mode = section.choice("mode", Mode.NONE, Names::of);
        mechanism = section.value("mechanism", null, IdentityReader::mechanism);
        allowWithoutTls = section.flag("allow-without-tls", false);
        username = section.text("username", "");
        password = section.text("password", "");
        passwordFile = section.file("password-file");
        tokens = section.text("tokens", "");
        separator = section.text("separator", "");
        section.end();
    }

    private static String mechanism(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        List<String> known = SaslClientMechanisms.all();
        if (!known.contains(name)) {
            throw new IllegalArgumentException("must be one of: " + String.join(", ", known) + "; not " + text);
        }
        return name;
    }

    /** What the section says, its secret aside. */
    GatewayConfig.Identity written() {
        return new GatewayConfig.Identity(
                mode, username, section.count("password", "password-file") > 0, tokens, separator);
    }

    /**
     * Notes what is wrong, and then gives something that nobody uses.
     *
     * @param certificate whether the gateway shows one in TLS
     * @param sources the names of the token sources
     */
    UpstreamIdentity read(TlsMode tls, boolean certificate, Set<String> sources) {
        forbidIdleKeys();
        checkSecretIsHidden(tls);
        Method method = new Method(mechanism, allowWithoutTls);
        return switch (mode) {
            case NONE -> new UpstreamIdentity.None();
            case SERVICE -> new UpstreamIdentity.Service(method, username, proof(certificate, sources));
            case PASSTHROUGH -> passthrough(method);
            case DELEGATED -> delegated(method);
            case USER_TOKENS -> new UpstreamIdentity.UserTokens(method, source(sources));
        };
    }

    private void forbidIdleKeys() {
        for (String key : DETAILS) {
            if (section.count(key) > 0 && !USED.get(mode).contains(key)) {
                section.problem(key, "has no effect with mode: " + Names.of(mode));
            }
        }
        if (mode == Mode.NONE && section.count("mechanism", "allow-without-tls") > 0) {
            section.problem("mode", "is none, so that nobody logs in; set it, or leave out the section");
        }
    }

    /** What a mechanism shows is for nobody on the way to read; CRAM-MD5 and SCRAM do not show it. */
    private void checkSecretIsHidden(TlsMode tls) {
        boolean byToken = mode == Mode.USER_TOKENS || mode == Mode.SERVICE && !tokens.isEmpty();
        boolean shown =
                byToken || mode != Mode.NONE && mechanism != null && SaslClientMechanisms.exposesSecret(mechanism);
        if (shown && tls == TlsMode.NONE && !allowWithoutTls) {
            section.problem(
                    mechanism == null ? "mode" : "mechanism",
                    "shows its secret to everybody on the way, as tls.mode is none;"
                            + " set that to starttls or implicit, or allow-without-tls: true");
        }
    }

    private Proof proof(boolean certificate, Set<String> sources) {
        if (mechanism != null && carries(CredentialKind.EXTERNAL, mechanism)) {
            if (section.count("password", "password-file", "tokens") > 0) {
                section.problem("mechanism", "EXTERNAL is proven by tls.certificate; leave out password and tokens");
            }
            if (!certificate) {
                section.problem("mechanism", "EXTERNAL needs tls.certificate, tls.key and a tls.mode");
            }
            return new Proof.Certificate();
        }
        requiredUsername();
        if (section.count("tokens") == 0) {
            if (mechanism != null && carries(CredentialKind.TOKEN, mechanism)) {
                section.problem("mechanism", mechanism + " carries a token; name its source in tokens");
            }
            return new Proof.Password(secret());
        }
        if (section.count("password", "password-file") > 0) {
            section.problem("tokens", "leaves the password without effect; leave out one of them");
        }
        return new Proof.Tokens(source(sources));
    }

    private UpstreamIdentity passthrough(Method method) {
        if (mechanism != null && !carries(CredentialKind.PASSWORD, mechanism)) {
            section.problem(
                    "mechanism",
                    mechanism + " carries no password, which is all that is passed on; take " + oneOf(any -> true)
                            + ", or leave it out");
        }
        return new UpstreamIdentity.Passthrough(method);
    }

    private UpstreamIdentity delegated(Method method) {
        Predicate<String> fit = name -> !separator.isEmpty() || SaslClientMechanisms.actsForOthers(name);
        if (mechanism != null && !carries(CredentialKind.PASSWORD, mechanism)) {
            section.problem(
                    "mechanism",
                    mechanism + " carries no password, which the master user logs in with; take " + oneOf(fit)
                            + ", or leave it out");
        } else if (mechanism != null && !fit.test(mechanism)) {
            section.problem(
                    "mechanism",
                    mechanism + " cannot say whom to act as; take " + oneOf(fit)
                            + ", or set separator if the server takes both names in one");
        }
        return new UpstreamIdentity.Delegated(method, requiredUsername(), secret(), separator);
    }

    /** The mechanisms that carry a password and are fit besides. */
    private static String oneOf(Predicate<String> fit) {
        return SaslClientMechanisms.all().stream()
                .filter(name -> carries(CredentialKind.PASSWORD, name))
                .filter(fit)
                .collect(Collectors.joining(", ", "one of ", ""));
    }

    private static boolean carries(CredentialKind kind, String mechanism) {
        return SaslClientMechanisms.kind(mechanism) == kind;
    }

    private String requiredUsername() {
        section.require("username", "smtpgate");
        return username;
    }

    private String source(Set<String> sources) {
        section.require("tokens", sources.stream().findFirst().orElse("m365"));
        if (!tokens.isEmpty() && !sources.contains(tokens)) {
            section.problem("tokens", "there is no token source " + tokens + "; " + References.thereAre(sources));
        }
        if (mechanism != null && !carries(CredentialKind.TOKEN, mechanism)) {
            section.problem("mechanism", mechanism + " carries no token; take XOAUTH2 or OAUTHBEARER");
        }
        return tokens;
    }

    private String secret() {
        if (section.count("password", "password-file") != 1) {
            section.problem(
                    section.count("password") > 0 ? "password-file" : "password",
                    "give one of password and password-file");
        }
        return passwordFile == null ? password : SecretFiles.secret(section, "password-file", passwordFile);
    }
}
