package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPInterface;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the names of a user's groups are found. */
sealed interface Groups {
    /** More than this, and it is not told: a part of a user's groups could lead to a wrong route. */
    int MOST = 1000;

    /** The names of the user's groups. */
    List<String> of(Login login, Entry user, LDAPInterface directory) throws LDAPException;

    /** The attributes of the user's own entry that it takes. */
    default List<String> wanted() {
        return List.of();
    }

    /** Nobody asked for groups. */
    record None() implements Groups {
        @Override
        public List<String> of(Login login, Entry user, LDAPInterface directory) {
            return List.of();
        }
    }

    /**
     * The user's entry lists the groups' DNs.
     *
     * @param attribute of the user's entry, such as {@code memberOf}
     * @param name which attribute of a DN's first part is the group's name; a DN that has no such is the name itself
     */
    record Listed(String attribute, String name) implements Groups {
        @Override
        public List<String> of(Login login, Entry user, LDAPInterface directory) {
            String[] values = user.getAttributeValues(attribute);
            List<String> names = new ArrayList<>();
            for (String value : values == null ? new String[0] : values) {
                names.add(nameIn(value));
            }
            return names;
        }

        private String nameIn(String value) {
            try {
                RDN first = new DN(value).getRDN();
                String[] names = first == null ? new String[0] : first.getAttributeNames();
                for (int i = 0; i < names.length; i++) {
                    if (names[i].equalsIgnoreCase(name)) {
                        return first.getAttributeValues()[i];
                    }
                }
            } catch (LDAPException noDn) {
                // Then it is a name already.
            }
            return value;
        }

        @Override
        public List<String> wanted() {
            return List.of(attribute);
        }
    }

    /** The groups that a filter finds, such as {@code (member={dn})}; {@code name} is the attribute with a group's name. */
    record Searched(DN base, FilterTemplate filter, String name) implements Groups {
        @Override
        public List<String> of(Login login, Entry user, LDAPInterface directory) throws LDAPException {
            Optional<Filter> filled = filter.fill(login.named(user.getDN()));
            if (filled.isEmpty()) {
                return List.of();
            }
            SearchRequest request = new SearchRequest(
                    base, SearchScope.SUB, DereferencePolicy.NEVER, MOST, 0, false, filled.get(), name);
            List<String> names = new ArrayList<>();
            for (SearchResultEntry group : directory.search(request).getSearchEntries()) {
                String value = group.getAttributeValue(name);
                if (value != null) {
                    names.add(value);
                }
            }
            return names;
        }
    }
}
