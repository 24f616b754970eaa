package org.smtpgate.proxy.guessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    @Test
    void hasTheAddressesWhoseFirstBitsAreEqual() {
        AddressRange range = AddressRange.of("10.1.0.0/16");

        assertThat(range.has("10.1.255.7")).isTrue();
        assertThat(range.has("10.2.0.1")).isFalse();
        assertThat(range.has("::1")).isFalse();
        assertThat(range).hasToString("10.1.0.0/16");
    }

    @Test
    void isOneAddressWithoutANumberOfBits() {
        assertThat(AddressRange.of("192.0.2.1").has("192.0.2.1")).isTrue();
        assertThat(AddressRange.of("192.0.2.1").has("192.0.2.2")).isFalse();
        assertThat(AddressRange.of("::1").has("0:0:0:0:0:0:0:1")).isTrue();
    }

    @Test
    void takesAllOfThem() {
        assertThat(AddressRange.of("0.0.0.0/0").has("203.0.113.9")).isTrue();
        assertThat(AddressRange.of("2001:db8::/32").has("2001:db8:1::1")).isTrue();
        assertThat(AddressRange.of("2001:db8::/32").has("2001:db9::1")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "localhost/8"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> AddressRange.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.0/8");
    }
}
