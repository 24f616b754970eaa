package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.DereferencePolicy;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPInterface;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import io.vertx.ext.auth.User;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.UndecidableLoginException;

/**
 * Searches for the user's entry as the gateway, binds as it to see whether the password is right, and reads on as the
 * gateway.
 */
final class SearchedAccounts implements Accounts {
    private final Directory directory;
    private final UserSearch search;
    private final Profile profile;
    private final DN nobody;

    SearchedAccounts(Directory directory, UserSearch search, Profile profile) {
        this.directory = directory;
        this.search = search;
        this.profile = profile;
        this.nobody = new DN(new RDN("cn", "nobody-" + UUID.randomUUID()), search.base());
    }

    @Override
    public User user(Login login, String password) throws DirectoryException {
        Filter filter = search.filter().fill(login).orElseThrow(InvalidCredentialsException::new);
        Optional<SearchResultEntry> found =
                directory.asGateway("searching for a user", connection -> find(filter, connection));
        // Who is not there is bound as, too: an unknown login costs what a wrong password does.
        DN user = found.isPresent() ? dn(found.get()) : nobody;
        directory.asUser(user, password, connection -> user);
        SearchResultEntry entry = found.orElseThrow(InvalidCredentialsException::new);
        return directory.asGateway("reading groups", connection -> profile.user(login, entry, connection));
    }

    private Optional<SearchResultEntry> find(Filter filter, LDAPInterface connection) throws LDAPException {
        SearchRequest request = new SearchRequest(
                search.base(), search.scope(), DereferencePolicy.NEVER, 2, 0, false, filter, profile.wanted());
        List<SearchResultEntry> entries;
        try {
            entries = connection.search(request).getSearchEntries();
        } catch (LDAPSearchException e) {
            if (e.getResultCode() != ResultCode.SIZE_LIMIT_EXCEEDED) {
                throw e;
            }
            entries = e.getSearchEntries();
        }
        if (entries.size() > 1) {
            throw new UndecidableLoginException("several entries match search.filter, such as "
                    + entries.get(0).getDN() + " and " + entries.get(1).getDN()
                    + "; a login must lead to one: narrow search.filter or search.base");
        }
        return entries.stream().findFirst();
    }

    private static DN dn(SearchResultEntry entry) throws DirectoryException {
        try {
            return entry.getParsedDN();
        } catch (LDAPException e) {
            throw new DirectoryException("reading the name of an entry", e);
        }
    }
}
