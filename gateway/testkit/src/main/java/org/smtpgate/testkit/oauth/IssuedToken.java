package org.smtpgate.testkit.oauth;

import java.time.Instant;

/** An access token as the endpoint knows it: for which client, for whose mailbox, for what, and until when. */
public record IssuedToken(String clientId, String subject, String scope, Instant expiry) {}
