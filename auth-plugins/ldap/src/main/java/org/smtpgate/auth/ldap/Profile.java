package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPInterface;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.auth.User;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.smtpgate.auth.UndecidableLoginException;

/**
 * Makes a user out of an entry.
 *
 * @param loginAttribute the attribute whose one value is the canonical login
 * @param attributes names of a user's attributes, each with the directory's attribute that its values come from
 * @param groupsAttribute the name of the user's attribute that holds the groups
 */
record Profile(String loginAttribute, Map<String, String> attributes, String groupsAttribute, Groups groups) {

    /** The attributes of the entry that it takes. */
    String[] wanted() {
        Set<String> wanted = new LinkedHashSet<>();
        wanted.add(loginAttribute);
        wanted.addAll(attributes.values());
        wanted.addAll(groups.wanted());
        return wanted.toArray(String[]::new);
    }

    /** Reads the entry, and makes the user of it. */
    User read(Login login, DN dn, LDAPInterface directory) throws LDAPException {
        Entry entry = directory.getEntry(dn.toString(), wanted());
        if (entry == null) {
            throw new UndecidableLoginException(
                    dn + " may log in, but not read its own entry: allow that in the directory");
        }
        return user(login, entry, directory);
    }

    /** The user of an entry that has all of {@link #wanted}. */
    User user(Login login, Entry entry, LDAPInterface directory) throws LDAPException {
        User user = User.fromName(canonicalLogin(entry));
        attributes.forEach((name, attribute) -> {
            String[] values = entry.getAttributeValues(attribute);
            if (values != null) {
                user.attributes().put(name, values.length == 1 ? values[0] : new JsonArray(Arrays.asList(values)));
            }
        });
        if (!(groups instanceof Groups.None)) {
            user.attributes().put(groupsAttribute, new JsonArray(groups.of(login, entry, directory)));
        }
        return user;
    }

    /** One login in all spellings that the directory takes for the same: letter case, blanks, aliases. */
    private String canonicalLogin(Entry entry) {
        String[] values = entry.getAttributeValues(loginAttribute);
        List<String> logins = values == null ? List.of() : List.of(values);
        if (logins.size() != 1) {
            throw new UndecidableLoginException(entry.getDN() + " has " + (logins.isEmpty() ? "no " : "more than one ")
                    + loginAttribute + " (or it may not be read); login-attribute must name one with one value");
        }
        return logins.get(0);
    }
}
