package org.smtpgate.auth.certificate;

import io.vertx.core.Future;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.Tls;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.sasl.CredentialKind;

/** Finds the login in a certificate whose key and signature the TLS handshake has proven. Asks nobody; safe for any thread. */
final class CertificateBackend implements AuthBackend {
    private final CertificateConfig config;
    private volatile boolean closed;

    CertificateBackend(CertificateConfig config) {
        this.config = config;
    }

    @Override
    public Set<CredentialKind> accepts() {
        return EnumSet.of(CredentialKind.EXTERNAL);
    }

    @Override
    public Future<User> authenticate(Credentials credentials) {
        if (closed) {
            return Future.failedFuture(new IllegalStateException("the backend is closed"));
        }
        Tls tls = credentials instanceof SubmittedCertificate submitted
                ? submitted.origin().tls()
                : null;
        if (tls == null || tls.certificate() == null || hasEnded(tls.certificate())) {
            return Future.failedFuture(new InvalidCredentialsException());
        }
        try {
            User user = user(tls.certificate(), ((SubmittedCertificate) credentials).authorizationId());
            return user != null ? Future.succeededFuture(user) : Future.failedFuture(new InvalidCredentialsException());
        } catch (UndecidableLoginException takesTooLong) {
            return Future.failedFuture(takesTooLong);
        }
    }

    /** A session may outlast the certificate that it began with. */
    private static boolean hasEnded(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return false;
        } catch (CertificateException e) {
            return true;
        }
    }

    /** Whom the client asks to be, if the certificate says so by any rule; else what the first rule says. */
    private User user(X509Certificate certificate, String authorizationId) {
        for (Rule rule : config.rules()) {
            List<User> users = rule.users(certificate);
            for (User user : users) {
                if (authorizationId.isEmpty() || authorizationId.equals(user.subject())) {
                    return user;
                }
            }
        }
        return null;
    }

    @Override
    public Future<Void> close() {
        closed = true;
        return Future.succeededFuture();
    }
}
