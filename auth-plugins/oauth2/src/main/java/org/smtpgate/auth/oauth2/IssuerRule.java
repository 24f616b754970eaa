package org.smtpgate.auth.oauth2;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.tokens.Claims;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;

/**
 * Whose tokens are taken.
 *
 * @param issuers what {@code iss} may be; where {@link #TENANT} stands in one, there is the tenant in the claim
 * @param tenants that are let in; empty for all of an issuer that has none
 */
record IssuerRule(List<String> issuers, Set<String> tenants) {
    /** As Microsoft's own metadata spells it. */
    static final String TENANT = "{tenantid}";

    private static final String TENANT_CLAIM = "tid";

    static boolean isTemplate(String issuer) {
        return issuer.contains(TENANT);
    }

    /** @throws RefusedTokenException when the token is another's */
    void check(Claims claims) {
        String issuer = claims.text("iss").orElse("");
        String template = issuers.stream()
                .filter(known -> matches(known, issuer))
                .findFirst()
                .orElseThrow(() -> new RefusedTokenException(Refusal.ISSUER, "another has issued it (iss)"));
        checkTenant(claims, isTemplate(template) ? Optional.of(tenant(template, issuer)) : Optional.empty());
    }

    /** For an answer of the issuer itself, which need not repeat who that is. */
    void checkIfSaid(Claims claims) {
        if (claims.value("iss") != null) {
            check(claims);
        } else {
            checkTenant(claims, Optional.empty());
        }
    }

    private void checkTenant(Claims claims, Optional<String> ofIssuer) {
        Optional<String> said = claims.text(TENANT_CLAIM);
        if (ofIssuer.isPresent() && said.isPresent() && !said.equals(ofIssuer)) {
            throw new RefusedTokenException(Refusal.TENANT, "its tenant (tid) is not that of its issuer");
        }
        if (!tenants.isEmpty()
                && ofIssuer.or(() -> said).filter(tenants::contains).isEmpty()) {
            throw new RefusedTokenException(Refusal.TENANT, "its tenant is none of those let in");
        }
    }

    private static boolean matches(String known, String issuer) {
        return isTemplate(known)
                ? issuer.length() > known.length() - TENANT.length()
                        && issuer.startsWith(before(known))
                        && issuer.endsWith(after(known))
                : known.equals(issuer);
    }

    private static String tenant(String template, String issuer) {
        return issuer.substring(
                before(template).length(), issuer.length() - after(template).length());
    }

    private static String before(String template) {
        return template.substring(0, template.indexOf(TENANT));
    }

    private static String after(String template) {
        return template.substring(template.indexOf(TENANT) + TENANT.length());
    }
}
