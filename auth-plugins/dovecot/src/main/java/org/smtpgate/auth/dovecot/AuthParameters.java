package org.smtpgate.auth.dovecot;

import io.vertx.core.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.smtpgate.auth.Origin;

/** What Dovecot is told of the client beside its message; the same names as its own login processes use. */
record AuthParameters(String service, boolean penalty, CertificateName certificateName) {

    List<String> of(Origin origin) {
        List<String> parameters = new ArrayList<>(List.of("service=" + service, "nologin"));
        addAddress(parameters, "l", origin.server());
        addAddress(parameters, "r", origin.client());
        parameters.add("session=" + origin.sessionId());
        if (origin.encrypted()) {
            parameters.add("secured=tls");
            addCertificate(parameters, origin.tls().certificate());
        }
        if (!penalty) {
            parameters.add("no-penalty");
        }
        return parameters;
    }

    private static void addAddress(List<String> parameters, String side, SocketAddress address) {
        // A UNIX socket has neither.
        if (address.hostAddress() != null) {
            parameters.add(side + "ip=" + address.hostAddress());
            parameters.add(side + "port=" + address.port());
        }
    }

    private void addCertificate(List<String> parameters, X509Certificate certificate) {
        if (certificate != null) {
            parameters.add("valid-client-cert");
            certificateName.of(certificate).ifPresent(name -> parameters.add("cert_username=" + name));
        }
    }
}
