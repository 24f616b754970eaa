package org.smtpgate.app.config;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.smtpgate.oauth2.ClientAuthentication;
import org.smtpgate.oauth2.ClientCredentialsSource;
import org.smtpgate.oauth2.JwtBearerSource;
import org.smtpgate.oauth2.RefreshTokenSource;
import org.smtpgate.oauth2.RefreshTokens;
import org.smtpgate.oauth2.SigningKey;
import org.smtpgate.oauth2.StoreKey;
import org.smtpgate.oauth2.Subject;
import org.smtpgate.oauth2.TokenEndpoint;
import org.smtpgate.oauth2.TokenEndpointSettings;
import org.smtpgate.oauth2.TokenEvents;
import org.smtpgate.oauth2.TokenSource;

/**
 * A source of access tokens, with all that its files hold. {@code toString} shows no secret.
 *
 * @param scope empty for the endpoint's default
 * @param account whose tokens serve every login; empty where each login has its own
 * @param parameters what else the endpoint wants
 * @param trust where the endpoint's trusted authorities came from; null for the JVM's own
 */
public record TokenSettings(
        Grant grant,
        TokenEndpointSettings endpoint,
        Client client,
        String scope,
        Optional<String> account,
        Map<String, String> parameters,
        Path trust,
        int maxAccounts) {

    /** Parameters may hold anything. */
    @Override
    public String toString() {
        return "TokenSettings[" + grant.kind() + ", " + endpoint + "]";
    }

    /** Whose token serves a login. */
    Subject subject() {
        return account.map(Subject::one).orElseGet(Subject::eachLogin);
    }

    /** The key {@code source}. */
    public enum Source {
        CLIENT_CREDENTIALS,
        REFRESH_TOKEN,
        SERVICE_ACCOUNT
    }

    /** By what right a token is asked for. */
    public sealed interface Grant {

        Source kind();

        /** The tokens that the endpoint gives for it. */
        TokenSource source(TokenSettings settings, TokenEndpoint endpoint, Clock clock, TokenEvents events);

        /** Adds its keys to the section. */
        void describe(EffectiveSection section);

        /** Being the client is enough (RFC 6749 section 4.4). */
        record ClientCredentials() implements Grant {
            @Override
            public Source kind() {
                return Source.CLIENT_CREDENTIALS;
            }

            @Override
            public TokenSource source(TokenSettings settings, TokenEndpoint endpoint, Clock clock, TokenEvents events) {
                return new ClientCredentialsSource(endpoint, settings.scope(), settings.parameters());
            }

            @Override
            public void describe(EffectiveSection section) {}
        }

        /** Refresh tokens that were stored (RFC 6749 section 6); {@code keyFile} is what {@code key} came from. */
        record RefreshToken(Path store, Path keyFile, StoreKey key) implements Grant {
            @Override
            public Source kind() {
                return Source.REFRESH_TOKEN;
            }

            @Override
            public TokenSource source(TokenSettings settings, TokenEndpoint endpoint, Clock clock, TokenEvents events) {
                return new RefreshTokenSource(
                        endpoint,
                        new RefreshTokens(store, key),
                        settings.subject(),
                        settings.scope(),
                        settings.parameters(),
                        events);
            }

            @Override
            public void describe(EffectiveSection section) {
                section.putFile("store", store).putFile("store-key", keyFile);
            }
        }

        /** Assertions of a service account (RFC 7523), whose key file was {@code file}. */
        record ServiceAccount(Path file, GoogleServiceAccount account, String audience) implements Grant {
            @Override
            public Source kind() {
                return Source.SERVICE_ACCOUNT;
            }

            @Override
            public TokenSource source(TokenSettings settings, TokenEndpoint endpoint, Clock clock, TokenEvents events) {
                var assertion =
                        new JwtBearerSource.Assertion(account.key(), account.email(), audience, settings.scope());
                return new JwtBearerSource(endpoint, assertion, settings.subject(), settings.parameters(), clock);
            }

            @Override
            public void describe(EffectiveSection section) {
                section.putFile("service-account-key", file).put("audience", audience);
            }
        }
    }

    /** As which client the gateway asks, and how it proves that. */
    public sealed interface Client {

        ClientAuthentication authentication();

        /** Adds its keys to the section. */
        void describe(EffectiveSection section);

        /** As none: an assertion says who asks. */
        record None() implements Client {
            @Override
            public ClientAuthentication authentication() {
                return ClientAuthentication.none();
            }

            @Override
            public void describe(EffectiveSection section) {}
        }

        /** As one that has no secret. */
        record Public(String id) implements Client {
            @Override
            public ClientAuthentication authentication() {
                return ClientAuthentication.publicClient(id);
            }

            @Override
            public void describe(EffectiveSection section) {
                section.put("client-id", id);
            }
        }

        /**
         * By a secret.
         *
         * @param file where it came from; null when it stands in the configuration
         * @param method how it is sent
         */
        record Secret(String id, String secret, Path file, Method method) implements Client {

            /** {@code client_secret_post} and {@code client_secret_basic} of RFC 6749 section 2.3.1. */
            public enum Method {
                POST,
                BASIC
            }

            @Override
            public ClientAuthentication authentication() {
                return method == Method.BASIC
                        ? ClientAuthentication.secretBasic(id, secret)
                        : ClientAuthentication.secretPost(id, secret);
            }

            @Override
            public void describe(EffectiveSection section) {
                section.put("client-id", id);
                if (file == null) {
                    section.putSecret("client-secret");
                }
                section.putFile("client-secret-file", file).put("client-authentication", Names.of(method));
            }

            @Override
            public String toString() {
                return "Secret[" + id + ", ***]";
            }
        }

        /**
         * By assertions that a private key signs.
         *
         * @param certificate what the endpoint knows the key by; null where that is {@code keyId}
         * @param keyId empty for none
         * @param audience what the endpoint calls itself; empty for its URL
         */
        record Key(String id, SigningKey key, Path file, Path certificate, String keyId, String audience)
                implements Client {
            @Override
            public ClientAuthentication authentication() {
                return ClientAuthentication.privateKeyJwt(id, key, audience);
            }

            @Override
            public void describe(EffectiveSection section) {
                section.put("client-id", id)
                        .putFile("client-key", file)
                        .putFile("client-certificate", certificate)
                        .putUnlessEmpty("client-key-id", keyId)
                        .putUnlessEmpty("audience", audience);
            }
        }
    }
}
