package org.smtpgate.auth;

import io.vertx.core.Future;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import java.util.Set;
import org.smtpgate.sasl.CredentialKind;

/**
 * Judges credentials. Powers beyond that are interfaces of their own: {@link ScramKeyStore}, {@link SaslBackend}.
 *
 * <p>{@code authenticate} is called on an event loop and must not block it. Its future fails with
 * {@link InvalidCredentialsException} when the credentials are wrong, and with anything else when the backend could
 * not tell: the first becomes 535, the second 454, and they are never mixed up. A {@code User} that it yields has the
 * canonical login as its subject, and in its principal {@code exp}, the NumericDate (RFC 7519) from which on no answer may
 * be remembered, where the credentials are a token that has an end.
 */
public interface AuthBackend extends AuthenticationProvider {

    /** The kinds of credentials this backend can judge; from them follow the SASL mechanisms that are offered. */
    Set<CredentialKind> accepts();

    /**
     * Has this run whenever what it judges by has changed, such as a file that was read anew: answers given before are
     * forgotten then. May run on any thread. A backend that cannot tell when that is does nothing with it.
     */
    default void onChange(Runnable forget) {}

    /** Releases what the backend holds. Called once, after its last {@code authenticate}. */
    Future<Void> close();
}
