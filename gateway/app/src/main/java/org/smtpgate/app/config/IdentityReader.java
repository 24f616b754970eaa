package org.smtpgate.app.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.smtpgate.app.config.GatewayConfig.Identity.Mode;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;

/** Reads the {@code identity} section of an upstream. */
final class IdentityReader {
    private static final Set<String> TOKEN_MECHANISMS = Set.of("XOAUTH2", "OAUTHBEARER");
    private static final Set<String> SHOWN_SECRETS = Set.of("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER");
    private static final List<String> MECHANISMS =
            List.of("CRAM-MD5", "EXTERNAL", "LOGIN", "OAUTHBEARER", "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2");
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
        if (!MECHANISMS.contains(name)) {
            throw new IllegalArgumentException("must be one of: " + String.join(", ", MECHANISMS) + "; not " + text);
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
            case PASSTHROUGH -> new UpstreamIdentity.Passthrough(method);
            case DELEGATED -> new UpstreamIdentity.Delegated(method, requiredUsername(), secret(), separator);
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
        boolean shown = byToken || mode != Mode.NONE && mechanism != null && SHOWN_SECRETS.contains(mechanism);
        if (shown && tls == TlsMode.NONE && !allowWithoutTls) {
            section.problem(
                    mechanism == null ? "mode" : "mechanism",
                    "shows its secret to everybody on the way, as tls.mode is none;"
                            + " set that to starttls or implicit, or allow-without-tls: true");
        }
    }

    private Proof proof(boolean certificate, Set<String> sources) {
        if ("EXTERNAL".equals(mechanism)) {
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
            return new Proof.Password(secret());
        }
        if (section.count("password", "password-file") > 0) {
            section.problem("tokens", "leaves the password without effect; leave out one of them");
        }
        return new Proof.Tokens(source(sources));
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
        if (mechanism != null && !TOKEN_MECHANISMS.contains(mechanism)) {
            section.problem("mechanism", mechanism + " carries no token; take XOAUTH2 or OAUTHBEARER");
        }
        return tokens;
    }

    private String secret() {
        if (mechanism != null && TOKEN_MECHANISMS.contains(mechanism)) {
            section.problem("mechanism", mechanism + " carries a token; name its source in tokens");
        }
        if (section.count("password", "password-file") != 1) {
            section.problem(
                    section.count("password") > 0 ? "password-file" : "password",
                    "give one of password and password-file");
        }
        return passwordFile == null ? password : SecretFiles.secret(section, "password-file", passwordFile);
    }
}
