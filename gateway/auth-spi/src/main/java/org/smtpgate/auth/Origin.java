package org.smtpgate.auth;

/**
 * Where credentials were submitted.
 *
 * @param listener the listener's configured name
 * @param address the client's IP address, as text
 * @param tls whether the client's connection is encrypted
 * @param sessionId the session's id, as it stands in logs and replies
 */
public record Origin(String listener, String address, boolean tls, String sessionId) {}
