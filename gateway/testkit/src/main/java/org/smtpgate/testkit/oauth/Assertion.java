package org.smtpgate.testkit.oauth;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;

/** A signed JWT, verified with the JDK's own signatures (RFC 7515, RFC 7523 section 3). */
record Assertion(JsonObject header, JsonObject claims) {
    private static final long MAX_LIFE_SECONDS = 3_600;
    private static final long LEEWAY_SECONDS = 30;

    /** @throws Refusal with {@code error} when it is not signed by this key for this audience, or its time is over */
    static Assertion verified(String jwt, PublicKey key, String audience, Instant now, String error) throws Refusal {
        try {
            String[] parts = jwt.split("\\.", -1);
            Assertion assertion = new Assertion(json(parts[0]), json(parts[1]));
            Signature signature = signature(assertion.header().getString("alg"));
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            if (parts.length != 3
                    || !signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    || !assertion.isFor(audience)
                    || !assertion.isNow(now)) {
                throw new Refusal(error);
            }
            return assertion;
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new Refusal(error);
        }
    }

    String claim(String name) {
        return claims.getString(name, "");
    }

    /** The claims of a JWT that nobody has verified. */
    static JsonObject unverified(String jwt) throws Refusal {
        try {
            return json(jwt.split("\\.", -1)[1]);
        } catch (RuntimeException e) {
            throw new Refusal("invalid_request");
        }
    }

    private boolean isFor(String audience) {
        Object aud = claims.getValue("aud");
        return audience.equals(aud) || aud instanceof JsonArray several && several.contains(audience);
    }

    private boolean isNow(Instant now) {
        long issued = claims.getLong("iat");
        long expires = claims.getLong("exp");
        return expires > now.getEpochSecond()
                && issued <= now.getEpochSecond() + LEEWAY_SECONDS
                && expires - issued <= MAX_LIFE_SECONDS;
    }

    private static JsonObject json(String part) {
        return new JsonObject(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
    }

    private static Signature signature(String algorithm) throws GeneralSecurityException {
        return switch (algorithm) {
            case "RS256" -> Signature.getInstance("SHA256withRSA");
            case "ES256" -> Signature.getInstance("SHA256withECDSAinP1363Format");
            case "PS256" -> {
                Signature pss = Signature.getInstance("RSASSA-PSS");
                pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
                yield pss;
            }
            default -> throw new GeneralSecurityException(algorithm);
        };
    }
}
