package org.smtpgate.auth;

import io.vertx.ext.auth.authentication.Credentials;

/** Credentials as a mail client submitted them, with where they came from. {@code toString} never shows a secret. */
public sealed interface SubmittedCredentials extends Credentials
        permits SubmittedPassword, SubmittedToken, SubmittedDigest, SubmittedCertificate {

    /** The identity to act as (RFC 4422 section 2); empty when it is the user's own. */
    String authorizationId();

    /** The login that the client named, as it sent it; empty when the mechanism carried none. */
    String username();

    Origin origin();
}
