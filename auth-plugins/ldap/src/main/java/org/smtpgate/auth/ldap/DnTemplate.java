package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import java.util.Optional;

/**
 * A DN with places for a login, such as {@code uid={login},ou=people,dc=example}. It is taken apart once; a login only ever
 * becomes the value of an attribute, which the library escapes.
 */
record DnTemplate(DN dn) {

    /** @throws LDAPException for a text that is no DN */
    static DnTemplate of(String text) throws LDAPException {
        return new DnTemplate(new DN(text));
    }

    /** How many places its values have. */
    long places() {
        long places = 0;
        for (RDN rdn : dn.getRDNs()) {
            for (String value : rdn.getAttributeValues()) {
                places += Login.places(value);
            }
        }
        return places;
    }

    /** The DN of this login; none when it leaves a place empty. */
    Optional<DN> fill(Login login) {
        RDN[] rdns = dn.getRDNs();
        RDN[] filled = new RDN[rdns.length];
        for (int i = 0; i < rdns.length; i++) {
            String[] values = rdns[i].getAttributeValues();
            for (int j = 0; j < values.length; j++) {
                Optional<String> value = login.fill(values[j]);
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                values[j] = value.get();
            }
            filled[i] = new RDN(rdns[i].getAttributeNames(), values);
        }
        return Optional.of(new DN(filled));
    }
}
