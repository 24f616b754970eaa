package org.smtpgate.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.identity.LoginPattern;
import org.smtpgate.smtp.Address;

/** Which logins and which domains a pattern is for. */
class PatternsTest {

    @ParameterizedTest
    @CsvSource({
        "anna, anna, true",
        "anna, Anna, false",
        "anna, anna@example.org, false",
        "anna@example.org, anna@EXAMPLE.org, true",
        "anna@example.org, Anna@example.org, false",
        "anna@EXAMPLE.ORG, anna@example.org, true",
        "anna@example.org, anna@example.net, false",
        "*, anna, true",
        "*, anna@example.org, true",
        "*@example.org, anna@example.org, true",
        "*@example.org, anna@mail.example.org, false",
        "*@example.org, anna, false",
        "@example.org, anna@Example.Org, true",
        "@example.org, anna@example.net, false",
        "@example.org, example.org, false",
        "*@*.example.org, anna@mail.example.org, true",
        "*@*.example.org, anna@example.org, false",
        "sales-*, sales-7, true",
        "sales-*, sales, false",
        "sales-?, sales-7, true",
        "sales-?, sales-77, false",
        "sales-*@example.org, sales-@example.org, true",
        "'*@home@example.org', 'anna@home@example.org', true",
        "@müller.example, anna@xn--mller-kva.example, true",
        "@xn--mller-kva.example, anna@MÜLLER.example, true"
    })
    void aLoginFitsItsPattern(String pattern, String login, boolean fits) {
        assertThat(new LoginPattern(pattern).matches(login)).isEqualTo(fits);
    }

    @Test
    void nobodyFitsWithoutALogin() {
        assertThat(new LoginPattern("*").matches(null)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "example.org, a@example.org, true",
        "example.org, a@EXAMPLE.Org, true",
        "EXAMPLE.org, a@example.ORG, true",
        "example.org, a@mail.example.org, false",
        "example.org, a@notexample.org, false",
        "*.example.org, a@mail.example.org, true",
        "*.example.org, a@deep.mail.EXAMPLE.org, true",
        "*.example.org, a@example.org, false",
        "*.example.org, a@.example.org, false",
        "*.example.org, a@notexample.org, false",
        "*, a@example.org, true",
        "*, postmaster, true",
        "example.org, postmaster, false",
        "[192.0.2.1], a@[192.0.2.1], true",
        "müller.example, a@xn--mller-kva.example, true",
        "*.müller.example, a@mail.MÜLLER.example, true"
    })
    void anAddressFitsTheDomainOfItsPattern(String pattern, String mailbox, boolean fits) {
        assertThat(new DomainPattern(pattern).matches(new Address(mailbox))).isEqualTo(fits);
    }

    @Test
    void theEmptySenderHasNoDomain() {
        assertThat(new DomainPattern("<>").matches(Address.NULL)).isTrue();
        assertThat(new DomainPattern("<>").matches(new Address("a@example.org")))
                .isFalse();
        assertThat(new DomainPattern("<>").matches(new Address("postmaster"))).isFalse();
        assertThat(new DomainPattern("*").matches(Address.NULL)).isFalse();
        assertThat(new DomainPattern("example.org").matches(Address.NULL)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a@example.org", "*.", "", "exa*mple.org", "*example.org", "exam ple.org", "<example.org>", "?"})
    void whatIsNoDomainIsRefusedInWords(String wrong) {
        assertThatThrownBy(() -> new DomainPattern(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be a domain, such as example.org")
                .hasMessageEndingWith("not " + wrong);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "anna@", "@"})
    void whatIsNoLoginIsRefusedInWords(String wrong) {
        assertThatThrownBy(() -> new LoginPattern(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be a login, such as anna@example.org")
                .hasMessageEndingWith("not " + wrong);
    }

    @Test
    @Timeout(10)
    void noLoginTakesLong() {
        LoginPattern costly = new LoginPattern("*a".repeat(200) + "*b");
        long before = System.nanoTime();
        assertThat(costly.matches("a".repeat(5_000))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
    }
}
