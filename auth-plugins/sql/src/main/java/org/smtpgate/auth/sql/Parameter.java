package org.smtpgate.auth.sql;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.smtpgate.auth.Origin;

/** What a query may name in braces, and is bound to it as a value. */
enum Parameter {
    /** The login as the client sent it. */
    LOGIN,
    /** What stands before the last {@code @} of it; all of it where there is none. */
    USER,
    /** What stands behind the last {@code @} of it; empty where there is none. */
    DOMAIN,
    /** The name of the listener. */
    LISTENER,
    /** The client's IP address. */
    ADDRESS,
    /** The password, for a {@code check} alone. */
    PASSWORD;

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @param password empty for a query that does not name it */
    static Map<Parameter, String> values(String login, String password, Origin origin) {
        int at = login.lastIndexOf('@');
        String address = origin.client() == null ? null : origin.client().hostAddress();
        Map<Parameter, String> values = new EnumMap<>(Parameter.class);
        values.put(LOGIN, login);
        values.put(USER, at < 0 ? login : login.substring(0, at));
        values.put(DOMAIN, at < 0 ? "" : login.substring(at + 1));
        values.put(LISTENER, origin.listener());
        values.put(ADDRESS, address == null ? "" : address);
        values.put(PASSWORD, password);
        return values;
    }
}
