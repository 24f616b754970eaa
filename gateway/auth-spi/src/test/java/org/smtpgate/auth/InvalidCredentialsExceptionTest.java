package org.smtpgate.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InvalidCredentialsExceptionTest {

    @Test
    void everyOneLooksTheSameAndCarriesNoTrace() {
        InvalidCredentialsException wrongPassword = new InvalidCredentialsException();
        InvalidCredentialsException unknownUser = new InvalidCredentialsException();

        assertThat(wrongPassword).hasMessage(unknownUser.getMessage()).hasNoCause();
        assertThat(wrongPassword.getStackTrace()).isEmpty();
    }
}
