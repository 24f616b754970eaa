package org.smtpgate.auth.ldap;

import io.vertx.ext.auth.User;
import org.smtpgate.auth.InvalidCredentialsException;

/** Judges a login and its password by a directory. Blocks; safe for any thread. */
interface Accounts {

    /**
     * The user of this login.
     *
     * @throws InvalidCredentialsException when there is no such user, or the password is wrong
     * @throws DirectoryException when that could not be told
     */
    User user(Login login, String password) throws DirectoryException;
}
