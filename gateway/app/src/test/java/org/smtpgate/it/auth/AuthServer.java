package org.smtpgate.it.auth;

/**
 * A real server that one backend asks. It knows {@code GatewaySetup.USER} with {@code GatewaySetup.PASSWORD}, and is not
 * started yet when it is made; its address stays the same however often it is started.
 */
interface AuthServer extends AutoCloseable {

    /** The backend's section of the configuration in one line: {@code { plugin: ldap, url: … }}. */
    String section();

    /** Starts it, and returns when it answers. */
    void start() throws Exception;

    /** Ends it as a crash does, with SIGKILL; returns when it is gone. */
    void kill() throws Exception;

    /** Ends it for good, whether it runs or not. */
    @Override
    void close() throws Exception;
}
