package org.smtpgate.oauth2;

import com.nimbusds.jose.JOSEException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** How the gateway proves to a token endpoint which client it is. Immutable; {@code toString} shows no secret. */
public abstract sealed class ClientAuthentication {
    private final String name;

    private ClientAuthentication(String name) {
        this.name = name;
    }

    /** Adds the proof to a request. May take milliseconds of CPU. */
    abstract void addTo(TokenForm form, URI endpoint, Instant now) throws JOSEException;

    /** Not at all: an assertion grant says by itself who asks (RFC 7521 section 4.1). */
    public static ClientAuthentication none() {
        return new None();
    }

    /** A public client, which has a name and no secret (RFC 6749 section 2.1). */
    public static ClientAuthentication publicClient(String clientId) {
        return new PublicClient(clientId);
    }

    /** {@code client_secret_basic}: name and secret as HTTP Basic (RFC 6749 section 2.3.1). */
    public static ClientAuthentication secretBasic(String clientId, String clientSecret) {
        return new SecretBasic(clientId, clientSecret);
    }

    /** {@code client_secret_post}: name and secret in the body (RFC 6749 section 2.3.1). */
    public static ClientAuthentication secretPost(String clientId, String clientSecret) {
        return new SecretPost(clientId, clientSecret);
    }

    /**
     * {@code private_key_jwt}: a signed assertion (RFC 7523 section 2.2).
     *
     * @param audience what the endpoint calls itself; empty for its URL
     */
    public static ClientAuthentication privateKeyJwt(String clientId, SigningKey key, String audience) {
        return new PrivateKeyJwt(clientId, key, audience);
    }

    @Override
    public String toString() {
        return name;
    }

    private static final class None extends ClientAuthentication {
        None() {
            super("none");
        }

        @Override
        void addTo(TokenForm form, URI endpoint, Instant now) {}
    }

    private static final class PublicClient extends ClientAuthentication {
        private final String clientId;

        PublicClient(String clientId) {
            super("public client " + clientId);
            this.clientId = clientId;
        }

        @Override
        void addTo(TokenForm form, URI endpoint, Instant now) {
            form.with("client_id", clientId);
        }
    }

    private static final class SecretBasic extends ClientAuthentication {
        private final String clientId;
        private final String clientSecret;

        SecretBasic(String clientId, String clientSecret) {
            super("client_secret_basic of " + clientId);
            this.clientId = clientId;
            this.clientSecret = clientSecret;
        }

        @Override
        void addTo(TokenForm form, URI endpoint, Instant now) {
            String pair = TokenForm.encoded(clientId) + ":" + TokenForm.encoded(clientSecret);
            String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            form.authorization("Basic " + encoded, clientSecret);
        }
    }

    private static final class SecretPost extends ClientAuthentication {
        private final String clientId;
        private final String clientSecret;

        SecretPost(String clientId, String clientSecret) {
            super("client_secret_post of " + clientId);
            this.clientId = clientId;
            this.clientSecret = clientSecret;
        }

        @Override
        void addTo(TokenForm form, URI endpoint, Instant now) {
            form.with("client_id", clientId).withSecret("client_secret", clientSecret);
        }
    }

    private static final class PrivateKeyJwt extends ClientAuthentication {
        private final String clientId;
        private final SigningKey key;
        private final String audience;

        PrivateKeyJwt(String clientId, SigningKey key, String audience) {
            super("private_key_jwt of " + clientId);
            this.clientId = clientId;
            this.key = key;
            this.audience = audience;
        }

        @Override
        void addTo(TokenForm form, URI endpoint, Instant now) throws JOSEException {
            String assertion = key.sign(JwtClaims.of(clientId, audience, endpoint, now)
                    .subject(clientId)
                    .build());
            form.with("client_id", clientId)
                    .with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                    .withSecret("client_assertion", assertion);
        }
    }
}
