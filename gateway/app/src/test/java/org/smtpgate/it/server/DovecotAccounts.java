package org.smtpgate.it.server;

import java.util.Map;
import java.util.function.Function;

/**
 * Whom a Dovecot lets in, and with which SASL mechanisms: one login with a password, and whoever comes with a token that is
 * live.
 *
 * @param subjects says for each live access token whose it is; null for any other
 */
public record DovecotAccounts(String login, String password, Function<String, String> subjects) {

    /** All that it offers, those with tokens too. */
    public static final String MECHANISMS = "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER";

    private static final String SETTINGS = """
            auth_mechanisms = %3$s
            disable_plaintext_auth = no
            auth_username_format = %%Lu
            passdb {
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = %1$s/oauth2.conf
            }
            passdb {
              driver = passwd-file
              args = %1$s/users
            }
            service auth {
              inet_listener {
                address = 127.0.0.1
                port = %2$d
              }
            }
            """;

    private static final String INTROSPECTION = """
            introspection_mode = post
            introspection_url = http://127.0.0.1:%d/introspect
            username_attribute = sub
            active_attribute = active
            active_value = true
            """;

    /** Without tokens. */
    public DovecotAccounts(String login, String password) {
        this(login, password, Map.<String, String>of()::get);
    }

    /** Writes the files that Dovecot reads, and gives the settings that lead to them. */
    String settings(ServerFolder folder, int authPort, TokenIntrospection introspection) {
        folder.write("users", login + ":{PLAIN}" + password + "\n");
        folder.write("oauth2.conf", INTROSPECTION.formatted(introspection.port()));
        return SETTINGS.formatted(folder.path(), authPort, MECHANISMS.toLowerCase(java.util.Locale.ROOT));
    }

    @Override
    public String toString() {
        return "accounts of " + login;
    }
}
