package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.GetEntryLDAPConnectionPoolHealthCheck;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.ServerSet;
import java.time.Duration;

/**
 * Connections to the directory that wait for their next use, as many at most as there are workers to use them. None is
 * made before it is needed, so that a directory that is away keeps nobody from starting. Blocks; safe for any thread.
 */
final class Connections implements AutoCloseable {
    private static final long CHECK_INTERVAL_MILLIS = Duration.ofSeconds(30).toMillis();
    private static final long MAX_AGE_MILLIS = Duration.ofHours(1).toMillis();

    private final LDAPConnectionPool pool;

    /** What is done with a connection, and answered with it. */
    interface Use<T> {
        T with(LDAPConnection connection) throws LDAPException, DirectoryException;
    }

    /**
     * @param servers connects, and logs in as {@code identity}
     * @param identity who the gateway is there; null for nobody
     * @param most how many are kept
     * @param patience how long the check of an idle connection may take
     */
    Connections(String name, ServerSet servers, BindRequest identity, int most, Duration patience)
            throws LDAPException {
        pool = new LDAPConnectionPool(servers, identity, 0, most);
        pool.setConnectionPoolName(name);
        pool.setHealthCheck(rootReadable(patience));
        pool.setHealthCheckIntervalMillis(CHECK_INTERVAL_MILLIS);
        pool.setMaxConnectionAgeMillis(MAX_AGE_MILLIS);
    }

    /** Reads the root DSE over connections that lie idle; whoever uses one finds out by the use itself. */
    private static GetEntryLDAPConnectionPoolHealthCheck rootReadable(Duration patience) {
        return new GetEntryLDAPConnectionPoolHealthCheck(
                "", patience.toMillis(), false, false, false, false, true, false);
    }

    /**
     * Uses a connection. One that turns out to be dead, as after a restart of its server, is replaced and the use is tried
     * once more; after a timeout it is not, as the server has had its time.
     */
    <T> T use(Use<T> use) throws LDAPException, DirectoryException {
        LDAPConnection kept = pool.getConnection();
        try {
            return once(kept, use);
        } catch (LDAPException e) {
            if (e.getResultCode().isConnectionUsable()) {
                throw e;
            }
            if (e.getResultCode() == ResultCode.TIMEOUT) {
                pool.releaseDefunctConnection(kept);
                throw e;
            }
        }
        LDAPConnection fresh = pool.replaceDefunctConnection(kept);
        try {
            return once(fresh, use);
        } catch (LDAPException e) {
            if (!e.getResultCode().isConnectionUsable()) {
                pool.releaseDefunctConnection(fresh);
            }
            throw e;
        }
    }

    /** Gives the connection back, unless it is dead. */
    private <T> T once(LDAPConnection connection, Use<T> use) throws LDAPException, DirectoryException {
        boolean alive = true;
        try {
            return use.with(connection);
        } catch (LDAPException e) {
            alive = e.getResultCode().isConnectionUsable();
            throw e;
        } finally {
            if (alive) {
                pool.releaseConnection(connection);
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
