package org.smtpgate.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.smtpgate.testkit.TestCertificates;

/** What stands in the header of an assertion. */
class SigningKeyTest {
    @Test
    void aKeyIsNamedByItsIdentifier() throws Exception {
        assertThat(header(SigningKey.of(Keys.RSA.getPrivate(), "key-1")))
                .isEqualTo(
                        new JsonObject().put("alg", "RS256").put("typ", "JWT").put("kid", "key-1"));
        assertThat(header(SigningKey.of(Keys.EC.getPrivate(), "")))
                .isEqualTo(new JsonObject().put("alg", "ES256").put("typ", "JWT"));
        assertThat(header(SigningKey.of(Keys.ec("secp384r1").getPrivate(), "")).getString("alg"))
                .isEqualTo("ES384");
        assertThat(header(SigningKey.of(Keys.ec("secp521r1").getPrivate(), "")).getString("alg"))
                .isEqualTo("ES512");
    }

    @Test
    void orByItsCertificate() throws Exception {
        X509Certificate certificate = TestCertificates.server().certificate();
        String thumbprint = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));

        assertThat(header(SigningKey.of(Keys.RSA.getPrivate(), certificate)))
                .isEqualTo(
                        new JsonObject().put("alg", "PS256").put("typ", "JWT").put("x5t#S256", thumbprint));
    }

    @Test
    void weakAndForeignKeysAreRefused() throws Exception {
        var ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        for (var key : new java.security.PrivateKey[] {Keys.rsa(1024).getPrivate(), ed25519}) {
            assertThatThrownBy(() -> SigningKey.of(key, ""))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the private key must be RSA of 2048 bits at least, or EC on P-256, P-384 or P-521");
        }
    }

    private static JsonObject header(SigningKey key) throws Exception {
        String jwt = key.sign(new JWTClaimsSet.Builder().issuer("x").build());
        return new JsonObject(new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[0]), StandardCharsets.UTF_8));
    }
}
