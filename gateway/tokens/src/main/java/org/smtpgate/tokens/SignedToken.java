package org.smtpgate.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.json.JsonObject;
import java.security.Key;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A JWT that was read but not verified (RFC 7519). Immutable; {@code toString} shows nothing of it. */
public final class SignedToken {
    /** Access tokens and ID tokens; others, such as those that log a user out, are signed by the same keys. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    private final JWSObject jws;
    private final JsonObject payload;

    private SignedToken(JWSObject jws, JsonObject payload) {
        this.jws = jws;
        this.payload = payload;
    }

    /**
     * Reads one.
     *
     * @param algorithms that are allowed; an algorithm without a public key must not be among them
     * @throws RefusedTokenException when it is none
     */
    public static SignedToken read(String token, Set<JWSAlgorithm> algorithms) {
        // Nimbus overlooks what is around and within base64.
        BearerToken.check(token);
        SignedToken read = read(token);
        if (!algorithms.contains(read.header().getAlgorithm())) {
            throw new RefusedTokenException(Refusal.ALGORITHM, "its algorithm is not allowed");
        }
        return read;
    }

    private static SignedToken read(String token) {
        try {
            JWSObject jws = JWSObject.parse(token);
            JOSEObjectType type = jws.getHeader().getType();
            if (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT))) {
                throw new RefusedTokenException(Refusal.MALFORMED, "it is a token of another type");
            }
            return new SignedToken(jws, new JsonObject(jws.getPayload().toString()));
        } catch (ParseException | RuntimeException | StackOverflowError e) {
            // Nimbus and Jackson are given what a stranger sent: whatever they make of it, it is no token.
            throw e instanceof RefusedTokenException refused
                    ? refused
                    : new RefusedTokenException(Refusal.MALFORMED, "it is no signed JWT");
        }
    }

    /** What it says, which nobody has verified. */
    public Claims unverified() {
        return new Claims(payload);
    }

    JWSHeader header() {
        return jws.getHeader();
    }

    /** Whether one of these keys has signed it. Takes up to some milliseconds of CPU. */
    boolean isSignedByOneOf(List<JWK> keys) {
        return keys.stream().anyMatch(this::isSignedBy);
    }

    private boolean isSignedBy(JWK jwk) {
        try {
            Key key = ((AsymmetricJWK) jwk).toPublicKey();
            // A header that must be understood (crit, RFC 7515 section 4.1.11) and is not makes this false.
            return jws.verify(new DefaultJWSVerifierFactory().createJWSVerifier(header(), key));
        } catch (JOSEException | RuntimeException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "SignedToken[***]";
    }
}
