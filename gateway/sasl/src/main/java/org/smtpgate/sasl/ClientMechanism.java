package org.smtpgate.sasl;

import com.ongres.scram.common.ScramMechanism;
import java.util.function.Function;
import java.util.function.Predicate;

/** The mechanisms as a client sees them, the strongest first: all that {@link SaslClientMechanisms} tells of them. */
enum ClientMechanism {
    SCRAM_SHA_256(
            "SCRAM-SHA-256",
            false,
            password(ScramExchange::carries),
            credentials -> new ScramExchange(ScramMechanism.SCRAM_SHA_256, (ClientCredentials.Password) credentials)),
    SCRAM_SHA_1(
            "SCRAM-SHA-1",
            false,
            password(ScramExchange::carries),
            credentials -> new ScramExchange(ScramMechanism.SCRAM_SHA_1, (ClientCredentials.Password) credentials)),
    CRAM_MD5(
            "CRAM-MD5",
            false,
            password(ClientMechanism::actsAsItself),
            credentials -> new CramMd5Exchange((ClientCredentials.Password) credentials)),
    PLAIN(
            "PLAIN",
            true,
            password(ClientMessages::isPlain),
            credentials ->
                    new OneMessageExchange(ClientMessages.plain((ClientCredentials.Password) credentials), null)),
    LOGIN(
            "LOGIN",
            true,
            password(ClientMechanism::actsAsItself),
            credentials -> new LoginExchange((ClientCredentials.Password) credentials)),
    // The answer to the server's error, which it waits for before its final reply: RFC 7628 section 3.2.3.
    OAUTHBEARER(
            "OAUTHBEARER",
            true,
            token(ClientMessages::isBearer),
            credentials -> new OneMessageExchange(
                    ClientMessages.oauthBearer((ClientCredentials.Token) credentials), new byte[] {1})),
    // Not an RFC: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol, "Error response".
    XOAUTH2(
            "XOAUTH2",
            true,
            token(token -> ClientMessages.isBearer(token)
                    && !ClientMessages.mailbox(token).isEmpty()),
            credentials ->
                    new OneMessageExchange(ClientMessages.xoauth2((ClientCredentials.Token) credentials), new byte[0])),
    EXTERNAL(
            "EXTERNAL",
            false,
            credentials -> credentials instanceof ClientCredentials.External external
                    && ClientMessages.isName(external.authorizationId()),
            credentials -> new OneMessageExchange(ClientMessages.utf8(credentials.authorizationId()), null));

    private final String saslName;
    private final boolean exposesSecret;
    private final Predicate<ClientCredentials> carries;
    private final Function<ClientCredentials, SaslClientExchange> start;

    ClientMechanism(
            String saslName,
            boolean exposesSecret,
            Predicate<ClientCredentials> carries,
            Function<ClientCredentials, SaslClientExchange> start) {
        this.saslName = saslName;
        this.exposesSecret = exposesSecret;
        this.carries = carries;
        this.start = start;
    }

    String saslName() {
        return saslName;
    }

    boolean exposesSecret() {
        return exposesSecret;
    }

    CredentialKind kind() {
        return switch (this) {
            case SCRAM_SHA_256, SCRAM_SHA_1, CRAM_MD5, PLAIN, LOGIN -> CredentialKind.PASSWORD;
            case OAUTHBEARER, XOAUTH2 -> CredentialKind.TOKEN;
            case EXTERNAL -> CredentialKind.EXTERNAL;
        };
    }

    /** RFC 2195 and LOGIN have no place for an authorization identity. */
    boolean actsForOthers() {
        return this != CRAM_MD5 && this != LOGIN;
    }

    boolean derivesKey() {
        return this == SCRAM_SHA_256 || this == SCRAM_SHA_1;
    }

    boolean carries(ClientCredentials credentials) {
        return carries.test(credentials);
    }

    SaslClientExchange start(ClientCredentials credentials) {
        return start.apply(credentials);
    }

    private static Predicate<ClientCredentials> password(Predicate<ClientCredentials.Password> test) {
        return credentials -> credentials instanceof ClientCredentials.Password password && test.test(password);
    }

    private static Predicate<ClientCredentials> token(Predicate<ClientCredentials.Token> test) {
        return credentials -> credentials instanceof ClientCredentials.Token token && test.test(token);
    }

    /** To leave an authorization identity out would log in as somebody else. */
    private static boolean actsAsItself(ClientCredentials.Password credentials) {
        return ClientMessages.isPlain(credentials)
                && (credentials.authorizationId().isEmpty()
                        || credentials.authorizationId().equals(credentials.username()));
    }
}
