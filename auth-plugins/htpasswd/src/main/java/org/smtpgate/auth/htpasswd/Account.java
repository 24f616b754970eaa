package org.smtpgate.auth.htpasswd;

import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import org.smtpgate.passwords.StoredHash;

/**
 * What a line of the file says of a user.
 *
 * @param login the canonical one
 * @param attributes what routing and policy may look at; not changed once they are here
 * @param locked whether nobody gets in by it, whatever the password
 */
record Account(String login, StoredHash hash, JsonObject attributes, boolean locked) {

    static Account of(String login, StoredHash hash) {
        return new Account(login, hash, new JsonObject(), false);
    }

    User user() {
        User user = User.fromName(login);
        user.attributes().mergeIn(attributes);
        return user;
    }

    @Override
    public String toString() {
        return "Account[login=" + login + ", " + hash.kind() + "]";
    }
}
