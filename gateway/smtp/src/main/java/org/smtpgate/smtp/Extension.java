package org.smtpgate.smtp;

import java.util.function.BinaryOperator;

/** The service extensions that the gateway knows, by their EHLO keywords. */
public enum Extension {
    /** RFC 2920. */
    PIPELINING("PIPELINING", Common::none),
    /** RFC 1870. */
    SIZE("SIZE", Common::leastSize),
    /** RFC 6152. */
    EIGHT_BIT_MIME("8BITMIME", Common::none),
    /** RFC 2034. */
    ENHANCED_STATUS_CODES("ENHANCEDSTATUSCODES", Common::none),
    /** RFC 3207. */
    STARTTLS("STARTTLS", Common::none),
    /** RFC 4954. */
    AUTH("AUTH", Common::words),
    /** RFC 3030. */
    CHUNKING("CHUNKING", Common::none),
    /** RFC 3030. */
    BINARY_MIME("BINARYMIME", Common::none),
    /** RFC 6531. */
    SMTPUTF8("SMTPUTF8", Common::none),
    /** RFC 3461. */
    DSN("DSN", Common::none),
    /** RFC 2852; the parameter is the least time that may be asked for, in seconds. */
    DELIVER_BY("DELIVERBY", Common::greatest),
    /** RFC 8689. */
    REQUIRE_TLS("REQUIRETLS", Common::none),
    /** RFC 6710; the parameter is the profile by which priorities are understood. */
    MT_PRIORITY("MT-PRIORITY", Common::same),
    /** RFC 4865; the parameters are the longest interval in seconds, and the latest date. */
    FUTURE_RELEASE("FUTURERELEASE", Common::earliest),
    /** RFC 9422. */
    LIMITS("LIMITS", Common::limits);

    private final String keyword;
    private final BinaryOperator<String> common;

    Extension(String keyword, BinaryOperator<String> common) {
        this.keyword = keyword;
        this.common = common;
    }

    public String keyword() {
        return keyword;
    }

    /** The parameter that holds for two servers of which each has its own; null if nothing can. */
    String common(String one, String other) {
        return common.apply(one, other);
    }

    /** Whether it says what is too much, so that it holds for all as soon as one server says it. */
    boolean bounds() {
        return this == SIZE || this == LIMITS;
    }
}
