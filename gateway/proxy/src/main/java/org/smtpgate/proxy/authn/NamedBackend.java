package org.smtpgate.proxy.authn;

import org.smtpgate.auth.AuthBackend;

/** A backend, and the name that the configuration, logs and metrics call it by. */
public record NamedBackend(String name, AuthBackend backend) {}
