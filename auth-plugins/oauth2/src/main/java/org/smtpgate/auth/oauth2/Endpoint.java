package org.smtpgate.auth.oauth2;

/** What a provider is asked. */
enum Endpoint {
    KEYS("jwks_uri"),
    INTROSPECTION("introspection_endpoint"),
    TOKEN("token_endpoint");

    private final String metadata;

    Endpoint(String metadata) {
        this.metadata = metadata;
    }

    /** Its name in the provider's metadata (RFC 8414 section 2). */
    String metadata() {
        return metadata;
    }

    /** The key of the configuration. */
    String key() {
        return metadata.replace('_', '-');
    }
}
