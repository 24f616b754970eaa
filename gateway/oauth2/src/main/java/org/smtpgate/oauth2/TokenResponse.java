package org.smtpgate.oauth2;

import java.time.Duration;
import java.util.Optional;

/** What the endpoint gave (RFC 6749 section 5.1). {@code expiresIn} is empty when it did not say. */
record TokenResponse(String accessToken, Optional<Duration> expiresIn, Optional<String> refreshToken) {
    @Override
    public String toString() {
        return "TokenResponse[accessToken=***, expiresIn=" + expiresIn + ", refreshToken="
                + refreshToken.map(token -> "***") + "]";
    }
}
