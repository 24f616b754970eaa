package org.smtpgate.auth.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.SubmittedCredentials;
import org.smtpgate.auth.SubmittedDigest;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.SubmittedToken;
import org.smtpgate.auth.Tls;

/** What a service is asked in JSON; {@code question.schema.json} beside this class describes it. */
final class JsonQuestion {
    private static final int VERSION = 1;

    private JsonQuestion() {}

    static JsonObject about(SubmittedCredentials credentials) {
        JsonObject question = new JsonObject()
                .put("version", VERSION)
                .put("kind", kind(credentials))
                .put("login", credentials.username());
        if (credentials instanceof SubmittedPassword password) {
            question.put("password", password.getPassword());
        } else if (credentials instanceof SubmittedToken token) {
            question.put("token", token.getToken());
        } else if (credentials instanceof SubmittedDigest digest) {
            question.put("challenge", digest.challenge()).put("digest", digest.digest());
        }
        Origin origin = credentials.origin();
        return question.put("authzid", credentials.authorizationId())
                .put("client", address(origin.client()))
                .put("server", address(origin.server()))
                .put("listener", origin.listener())
                .put("tls", origin.encrypted() ? tls(origin.tls()) : null)
                .put("helo", origin.helo())
                .put("attempt", origin.attempt())
                .put("session", origin.sessionId());
    }

    private static String kind(SubmittedCredentials credentials) {
        if (credentials instanceof SubmittedPassword) {
            return "password";
        }
        if (credentials instanceof SubmittedToken) {
            return "token";
        }
        return credentials instanceof SubmittedCertificate ? "external" : "digest";
    }

    private static JsonObject address(SocketAddress address) {
        return new JsonObject()
                .put("address", NginxHeaders.canonical(address.hostAddress()))
                .put("port", address.port());
    }

    private static JsonObject tls(Tls tls) {
        return new JsonObject()
                .put("protocol", tls.protocol())
                .put("cipher", tls.cipher())
                .put("certificate", tls.certificate() == null ? null : certificate(tls.certificate()));
    }

    private static JsonObject certificate(X509Certificate certificate) {
        JsonArray names = new JsonArray();
        try {
            if (certificate.getSubjectAlternativeNames() != null) {
                for (List<?> name : certificate.getSubjectAlternativeNames()) {
                    // Other kinds than names and URIs are octets, which the PEM has.
                    if (name.get(1) instanceof String text) {
                        names.add(text);
                    }
                }
            }
        } catch (CertificateParsingException e) {
            names.clear();
        }
        return new JsonObject()
                .put("subject", certificate.getSubjectX500Principal().getName(X500Principal.RFC2253))
                .put("names", names)
                .put("pem", TlsHeaders.pem(certificate));
    }
}
