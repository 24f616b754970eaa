package org.smtpgate.auth.dovecot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a handshake becomes an offer to mail clients. */
class OfferTest {

    /** As Dovecot 2.3 says it. */
    private static final String ALL = """
            VERSION\t1\t2
            MECH\tPLAIN\tplaintext
            MECH\tLOGIN\tplaintext
            MECH\tCRAM-MD5\tdictionary\tactive
            MECH\tSCRAM-SHA-256\tmutual-auth
            MECH\tEXTERNAL
            MECH\tANONYMOUS\tanonymous
            MECH\tOAUTHBEARER\tplaintext
            MECH\tXOAUTH2
            SPID\t18075
            CUID\t1
            COOKIE\tabc0
            DONE
            """;

    @Test
    void anEncryptedConnectionGetsAllThatIsForClients() throws Exception {
        assertThat(offer(ALL).names(true))
                .containsExactly("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "EXTERNAL", "OAUTHBEARER", "XOAUTH2");
    }

    /** XOAUTH2 too, although the flag is missing above. */
    @Test
    void anOpenConnectionGetsNoneThatShowsASecret() throws Exception {
        assertThat(offer(ALL).names(false)).containsExactly("CRAM-MD5", "SCRAM-SHA-256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MECH\tANONYMOUS",
                "MECH\tGUEST\tanonymous",
                "MECH\tDOVECOT-TOKEN\tprivate",
                "MECH\tSCRAM-SHA-256-PLUS",
                "MECH\tSCRAM-SHA-1-X\tmutual-auth\tchannel-binding",
                "MECH\tPLAIN\u00011r\u0001n250 AUTH",
                "MECH\tplain",
                "MECH\tA-NAME-THAT-IS-TOO-LONG",
                "MECH\t",
                "MECH"
            })
    void whatIsNotForClientsIsLeftOut(String line) throws Exception {
        Offer offer = offer("VERSION\t1\t2\n" + line + "\nMECH\tLOGIN\tplaintext\nDONE\n");

        assertThat(offer.names(true)).containsExactly("LOGIN");
        assertThat(offer.names(false)).isEmpty();
        assertThat(offer.has("ANONYMOUS")).isFalse();
    }

    @Test
    void theOrderOfTheHandshakeDoesNotMatter() throws Exception {
        Offer offer = offer("COOKIE\t00\nSPID\t7\nMECH\tPLAIN\tplaintext\nNEWS\tx\nVERSION\t1\t9\nMECH\tPLAIN\nDONE\n");

        assertThat(offer.names(true)).containsExactly("PLAIN");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VERSION\t2\t0\n",
                "VERSION\n",
                "DONE\n",
                "VERSION\t1\t2\nOK\t1\tuser=root\n",
                "VERSION\t1\t2\nFAIL\t1\n",
                "CONT\t1\t\n"
            })
    void whatIsNoHandshakeIsRefused(String text) {
        assertThatThrownBy(() -> offer(text)).isInstanceOf(BrokenProtocolException.class);
    }

    @Test
    void aListWithoutEndIsRefused() {
        assertThatThrownBy(() -> offer("VERSION\t1\t2\n" + "MECH\tLOGIN\n".repeat(101) + "DONE\n"))
                .isInstanceOf(BrokenProtocolException.class);
    }

    private static Offer offer(String text) throws BrokenProtocolException {
        Handshake handshake = new Handshake();
        Optional<Offer> offer = Optional.empty();
        for (String line : text.lines().toList()) {
            assertThat(offer).isEmpty();
            offer = handshake.take(AuthLine.parse(line.getBytes(StandardCharsets.UTF_8)));
        }
        return offer.orElseThrow();
    }
}
