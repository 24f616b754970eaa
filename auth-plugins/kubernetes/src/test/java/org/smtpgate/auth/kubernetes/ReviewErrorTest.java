package org.smtpgate.auth.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of API servers, as their sources have them. */
class ReviewErrorTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "invalid bearer token",
                "[invalid bearer token, service account token has expired]",
                "[invalid bearer token, service account token has been invalidated]",
                "[invalid bearer token, square/go-jose: error in cryptographic primitive]",
                "[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]",
                "[invalid bearer token, invalid signature, no keys found]",
                "[invalid bearer token, serviceaccounts \"orders\" not found]",
                "[invalid bearer token, service account shop/orders has been deleted]",
                "[invalid bearer token, service account UID (a-1) does not match claim (b-2)]",
                "[invalid bearer token, pod UID (a-1) does not match service account pod ref claim (b-2)]",
                "[invalid bearer token, token audiences [\"a\" \"b\"] is invalid for the target audiences [\"c\"]]"
            })
    void whatIsSaidOfABadToken(String error) {
        assertThat(ReviewError.isOfTheToken(error)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcdserver: request timed out",
                "[invalid bearer token, etcdserver: leader changed]",
                "[invalid bearer token, Post \"https://webhook/\": dial tcp: connection refused]",
                "[invalid bearer token, service account token has expired, context deadline exceeded]",
                "[invalid bearer token and more]",
                "[invalid bearer token, oidc: authenticator not initialized]"
            })
    void whatIsTroubleOfTheServer(String error) {
        assertThat(ReviewError.isOfTheToken(error)).isFalse();
    }
}
