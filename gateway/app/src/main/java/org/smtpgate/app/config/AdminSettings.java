package org.smtpgate.app.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * The HTTP server for operators.
 *
 * @param actions who may change something by it, and not read alone: it has no login
 * @param authHttp where an nginx may ask for logins
 */
public record AdminSettings(HostAndPort address, ActionsFrom actions, List<AuthHttpSettings> authHttp) {

    /** From where an action may be asked for. */
    public enum ActionsFrom {
        NOWHERE,
        /** From this machine, or this pod: {@code kubectl port-forward} comes from there too. */
        LOOPBACK,
        ANYWHERE;

        /** @param client an IP address */
        public boolean admits(String client) {
            return switch (this) {
                case NOWHERE -> false;
                case LOOPBACK -> isLoopback(client);
                case ANYWHERE -> true;
            };
        }

        private static boolean isLoopback(String address) {
            try {
                return InetAddress.getByName(address).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false;
            }
        }
    }
}
