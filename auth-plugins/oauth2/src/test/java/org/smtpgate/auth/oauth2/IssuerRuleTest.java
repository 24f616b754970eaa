package org.smtpgate.auth.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;

class IssuerRuleTest {
    private static final IssuerRule MICROSOFT =
            new IssuerRule(List.of("https://login.microsoftonline.com/{tenantid}/v2.0"), Set.of("ours", "theirs"));
    private static final IssuerRule GOOGLE =
            new IssuerRule(List.of("https://accounts.google.com", "accounts.google.com"), Set.of());

    @Test
    void theTenantOfTheIssuerMustBeLetIn() {
        taken(MICROSOFT, claims("https://login.microsoftonline.com/ours/v2.0"));
        taken(MICROSOFT, claims("https://login.microsoftonline.com/theirs/v2.0").put("tid", "theirs"));
        refused(Refusal.TENANT, MICROSOFT, claims("https://login.microsoftonline.com/others/v2.0"));
        refused(
                Refusal.TENANT,
                MICROSOFT,
                claims("https://login.microsoftonline.com/others/v2.0").put("tid", "ours"));
        refused(
                Refusal.TENANT,
                MICROSOFT,
                claims("https://login.microsoftonline.com/ours/v2.0").put("tid", "theirs"));
        refused(Refusal.TENANT, MICROSOFT, claims("https://login.microsoftonline.com/ours/x/v2.0"));
        refused(Refusal.ISSUER, MICROSOFT, claims("https://login.microsoftonline.com//v2.0"));
        refused(Refusal.ISSUER, MICROSOFT, claims("https://evil.example.org/ours/v2.0"));
        refused(Refusal.ISSUER, MICROSOFT, claims("https://login.microsoftonline.com/ours/v2.0/"));
    }

    @Test
    void anIssuerMayHaveTwoNames() {
        taken(GOOGLE, claims("https://accounts.google.com"));
        taken(GOOGLE, claims("accounts.google.com"));
        refused(Refusal.ISSUER, GOOGLE, claims("http://accounts.google.com"));
        refused(Refusal.ISSUER, GOOGLE, new JsonObject());
    }

    private static JsonObject claims(String issuer) {
        return new JsonObject().put("iss", issuer);
    }

    private static void taken(IssuerRule rule, JsonObject claims) {
        assertThatCode(() -> rule.check(new Claims(claims))).doesNotThrowAnyException();
    }

    private static void refused(Refusal refusal, IssuerRule rule, JsonObject claims) {
        assertThatThrownBy(() -> rule.check(new Claims(claims)))
                .isInstanceOfSatisfying(
                        RefusedTokenException.class,
                        e -> assertThat(e.refusal()).isEqualTo(refusal));
    }
}
