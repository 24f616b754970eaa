package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import io.vertx.ext.auth.User;
import org.smtpgate.auth.InvalidCredentialsException;

/** Makes the name of the user's entry out of the login, binds as it, and lets the user read its own entry. */
record TemplateAccounts(Directory directory, DnTemplate template, Profile profile) implements Accounts {
    @Override
    public User user(Login login, String password) throws DirectoryException {
        DN user = template.fill(login).orElseThrow(InvalidCredentialsException::new);
        return directory.asUser(user, password, connection -> profile.read(login, user, connection));
    }
}
