package org.smtpgate.auth.sql;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.postgresql.ssl.WrappedFactory;

/**
 * The sockets of a TLS context for the driver of PostgreSQL, which takes the name of a class and a text for it: the text
 * names the context, among those of the backends that are open.
 */
public final class PostgresTls extends WrappedFactory {
    private static final Map<String, SSLContext> CONTEXTS = new ConcurrentHashMap<>();

    /** For the driver. */
    public PostgresTls(String id) {
        this.factory = Optional.ofNullable(CONTEXTS.get(id))
                .orElseThrow(() -> new IllegalStateException("the backend is closed"))
                .getSocketFactory();
    }

    /** Keeps a context until {@link #forget}, under the name that it returns. */
    static String keep(SSLContext context) {
        String id = UUID.randomUUID().toString();
        CONTEXTS.put(id, context);
        return id;
    }

    static void forget(String id) {
        CONTEXTS.remove(id);
    }
}
