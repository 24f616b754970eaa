package org.smtpgate.proxy.dns;

import java.net.InetAddress;

/** What a record says of its name. */
sealed interface Resource {

    /** A or AAAA. */
    record Address(InetAddress address) implements Resource {}

    /** Another name, absolute and in lower case, as all names here. */
    record Alias(String target) implements Resource {}

    /** SRV, RFC 2782. */
    record Service(int priority, int weight, int port, String target) implements Resource {}

    /** MX. */
    record Exchanger(int preference, String target) implements Resource {}
}
