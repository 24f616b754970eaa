package org.smtpgate.smtp;

/** The service extensions that the gateway knows, by their EHLO keywords. */
public enum Extension {
    /** RFC 2920. */
    PIPELINING("PIPELINING"),
    /** RFC 1870. */
    SIZE("SIZE"),
    /** RFC 6152. */
    EIGHT_BIT_MIME("8BITMIME"),
    /** RFC 2034. */
    ENHANCED_STATUS_CODES("ENHANCEDSTATUSCODES"),
    /** RFC 3207. */
    STARTTLS("STARTTLS"),
    /** RFC 4954. */
    AUTH("AUTH");

    private final String keyword;

    Extension(String keyword) {
        this.keyword = keyword;
    }

    public String keyword() {
        return keyword;
    }
}
