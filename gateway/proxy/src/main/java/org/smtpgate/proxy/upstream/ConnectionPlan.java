package org.smtpgate.proxy.upstream;

import io.vertx.core.net.ClientSSLOptions;
import java.util.function.Function;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.smtp.sender.Handshake;

/**
 * How one connection is to become ready.
 *
 * @param header what is written before all else; null for nothing
 * @param tlsBehindHeader whether a TLS handshake comes right after the header
 * @param tlsOptions null without TLS
 * @param credentials what to log in with; null for a handshake without a login
 * @param logins what to log in with once more, should that be needed, for the principal that the connection serves then
 * @param until the {@link System#nanoTime()} at which the handshake is too late
 */
record ConnectionPlan(
        byte[] header,
        boolean tlsBehindHeader,
        Handshake handshake,
        ClientSSLOptions tlsOptions,
        LoginCredentials credentials,
        Function<Principal, LoginCredentials> logins,
        long until) {}
