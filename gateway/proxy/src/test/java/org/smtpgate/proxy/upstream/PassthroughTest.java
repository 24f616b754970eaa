package org.smtpgate.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.upstream.NoLeaseException.Reason;
import org.smtpgate.sasl.ClientCredentials;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.smtp.Peer;

/** What a client logged in with, on its way to its upstream. */
class PassthroughTest {
    private static final Destination THERE = new Destination("mx.example.org", null, 587);

    private final UpstreamIdentity.Passthrough passthrough =
            new UpstreamIdentity.Passthrough(UpstreamIdentity.Method.STRONGEST);

    @Test
    void aTokenTravelsOn() {
        Principal client = client(new Credentials.Token("", "tim", "abc"));

        assertThat(passthrough.objectionTo(client)).isNull();
        assertThat(passthrough.credentials(client, THERE, Map.of()).next().result())
                .isEqualTo(new ClientCredentials.Token("", "tim", "abc", "mx.example.org", 587));
    }

    @Test
    void connectionsAreForThoseWithEqualCredentialsAlone() {
        PoolKey token = passthrough.key(client(new Credentials.Token("", "tim", "abc")));

        assertThat(passthrough.key(client(new Credentials.Token("", "tim", "abc"))))
                .isEqualTo(token);
        assertThat(passthrough.key(client(new Credentials.Token("", "tim", "abd"))))
                .isNotEqualTo(token);
        assertThat(passthrough.key(client(new Credentials.Password("", "tim", "abc"))))
                .isNotEqualTo(token);
        assertThat(passthrough.key(client(new Credentials.Password("", "tim", "tabc"))))
                .isNotEqualTo(token);
    }

    @Test
    void whatProvesNothingToAnotherServerIsNotSentOn() {
        for (Credentials unfit : new Credentials[] {
            null, new Credentials.Digest("tim", "<1@gate>", "00"), new Credentials.External("tim")
        }) {
            assertThat(passthrough.objectionTo(client(unfit))).isEqualTo(Reason.UNFIT_LOGIN);
            assertThat(passthrough.key(client(unfit))).isEqualTo(PoolKey.NOBODY);
        }
    }

    private static Principal client(Credentials presented) {
        Peer peer = new Peer("192.0.2.7", 50587, "192.0.2.2", 587, "c.example", true, null, "tim");
        return new Principal("s-1", peer, Map.of(), presented);
    }
}
