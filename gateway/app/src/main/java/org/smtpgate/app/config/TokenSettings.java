package org.smtpgate.app.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.smtpgate.oauth2.ClientAuthentication;
import org.smtpgate.oauth2.SigningKey;
import org.smtpgate.oauth2.StoreKey;
import org.smtpgate.oauth2.TokenEndpointSettings;

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
        return "TokenSettings[" + grant.source() + ", " + endpoint + "]";
    }

    /** The key {@code source}. */
    public enum Source {
        CLIENT_CREDENTIALS,
        REFRESH_TOKEN,
        SERVICE_ACCOUNT
    }

    /** By what right a token is asked for. */
    public sealed interface Grant {

        Source source();

        /** Being the client is enough (RFC 6749 section 4.4). */
        record ClientCredentials() implements Grant {
            @Override
            public Source source() {
                return Source.CLIENT_CREDENTIALS;
            }
        }

        /** Refresh tokens that were stored (RFC 6749 section 6); {@code keyFile} is what {@code key} came from. */
        record RefreshToken(Path store, Path keyFile, StoreKey key) implements Grant {
            @Override
            public Source source() {
                return Source.REFRESH_TOKEN;
            }
        }

        /** Assertions of a service account (RFC 7523), whose key file was {@code file}. */
        record ServiceAccount(Path file, GoogleServiceAccount account, String audience) implements Grant {
            @Override
            public Source source() {
                return Source.SERVICE_ACCOUNT;
            }
        }
    }

    /** As which client the gateway asks, and how it proves that. */
    public sealed interface Client {

        ClientAuthentication authentication();

        /** As none: an assertion says who asks. */
        record None() implements Client {
            @Override
            public ClientAuthentication authentication() {
                return ClientAuthentication.none();
            }
        }

        /** As one that has no secret. */
        record Public(String id) implements Client {
            @Override
            public ClientAuthentication authentication() {
                return ClientAuthentication.publicClient(id);
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
        }
    }
}
