package org.smtpgate.auth;

/** A setting of a plugin's section is wrong; the message says how to mend it and holds no secret. */
public final class AuthConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;

    /**
     * @param key the setting at fault, as written in the section; empty when the section as a whole is
     * @param message what is wrong and what would be right
     */
    public AuthConfigException(String key, String message) {
        super(message);
        this.key = key;
    }

    public String key() {
        return key;
    }
}
