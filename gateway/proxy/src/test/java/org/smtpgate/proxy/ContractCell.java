package org.smtpgate.proxy;

import java.util.Locale;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.testkit.Fault;
import org.smtpgate.testkit.Transport;

/** One case of the closure contract. */
record ContractCell(ContractRow row, Fault fault, Transport transport, Pooling pooling, boolean clientTls) {

    boolean hasTlsForItsFault() {
        boolean needsTls = fault == Fault.TLS_ABORT || fault == Fault.TLS_TRUNCATION;
        return transport != Transport.PLAIN || !needsTls;
    }

    boolean keepsItsConnection() {
        return pooling == Pooling.SESSION;
    }

    @Override
    public String toString() {
        return String.join(
                " | ",
                row.toString(),
                words(fault.name().replace("REPLY_", "")),
                words(transport == Transport.IMPLICIT_TLS ? "TLS" : transport.name()),
                words(pooling.name()) + (clientTls ? " | client in tls" : ""));
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
