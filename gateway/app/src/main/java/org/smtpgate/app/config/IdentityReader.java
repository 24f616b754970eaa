package org.smtpgate.app.config;

import java.util.Set;
import org.smtpgate.proxy.upstream.UpstreamIdentity;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Method;
import org.smtpgate.proxy.upstream.UpstreamIdentity.Proof;

/** Reads the {@code identity} section of an upstream. */
final class IdentityReader {
    private IdentityReader() {}

    static UpstreamIdentity read(Section identity, Set<String> sources) {
        String mode = identity.text("mode", "none");
        String username = identity.text("username", "");
        String tokens = identity.text("tokens", "");
        Method method = new Method(identity.text("mechanism", null), identity.flag("allow-without-tls", false));
        identity.end();
        return switch (mode) {
            case "service" -> new UpstreamIdentity.Service(method, username, new Proof.Tokens(new NamedTokens(tokens)));
            case "user-tokens" -> new UpstreamIdentity.UserTokens(method, new NamedTokens(tokens));
            default -> new UpstreamIdentity.None();
        };
    }
}
