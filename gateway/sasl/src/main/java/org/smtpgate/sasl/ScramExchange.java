package org.smtpgate.sasl;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.exception.ScramServerErrorException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SCRAM (RFC 5802, RFC 7677) without channel binding, client side: both prove that they know the password, and
 * neither shows it.
 */
final class ScramExchange implements SaslClientExchange {

    /** What OWASP advises for PBKDF2 with SHA-256, above what servers do; a second of CPU that a server may take. */
    static final int MAX_ITERATIONS = 600_000;

    // RFC 5802 section 7. Looked at before the library reads them: it meets what is missing with an AssertionError.
    private static final Pattern SERVER_FIRST =
            Pattern.compile("r=[!-+\\--~]+,s=[A-Za-z0-9+/]+={0,2},i=([1-9][0-9]{0,8})(?:,.*)?");
    private static final Pattern SERVER_FINAL = Pattern.compile("(?:v=[A-Za-z0-9+/]+={0,2}|e=[^,]+)(?:,.*)?");

    private enum Step {
        SERVER_FIRST,
        SERVER_FINAL,
        PROVEN,
        FAILED
    }

    private final ScramClient client;
    private final byte[] clientFirst;
    private Step next = Step.SERVER_FIRST;

    ScramExchange(ScramMechanism mechanism, ClientCredentials.Password credentials) {
        this(mechanism, credentials, null);
    }

    /** For test vectors: {@code nonce} gives the client's nonce, null makes it random. */
    ScramExchange(ScramMechanism mechanism, ClientCredentials.Password credentials, Supplier<String> nonce) {
        client = client(mechanism, credentials, nonce);
        clientFirst = ClientMessages.utf8(client.clientFirstMessage().toString());
    }

    /** Whether SASLprep (RFC 4013) takes the name and the password; an empty password it does not. */
    static boolean carries(ClientCredentials.Password credentials) {
        if (!ClientMessages.isPlain(credentials) || credentials.password().isEmpty()) {
            return false;
        }
        try {
            client(ScramMechanism.SCRAM_SHA_256, credentials, null).clientFirstMessage();
            StringPreparation.SASL_PREPARATION.normalize(credentials.password().toCharArray());
            return true;
        } catch (RuntimeException prohibited) {
            return false;
        }
    }

    private static ScramClient client(
            ScramMechanism mechanism, ClientCredentials.Password credentials, Supplier<String> nonce) {
        var building = ScramClient.builder()
                .advertisedMechanisms(List.of(mechanism.getName()))
                .username(credentials.username())
                .password(credentials.password().toCharArray());
        if (!credentials.authorizationId().isEmpty()) {
            building = building.authzid(credentials.authorizationId());
        }
        return (nonce == null ? building : building.nonceSupplier(nonce)).build();
    }

    @Override
    public byte[] initialResponse() {
        return clientFirst.clone();
    }

    @Override
    public byte[] respond(byte[] challenge) throws SaslException {
        Step step = next;
        next = Step.FAILED;
        return switch (step) {
            case SERVER_FIRST -> answerServerFirst(text(challenge));
            case SERVER_FINAL -> verifyServerFinal(text(challenge));
            case PROVEN, FAILED -> throw new SaslException("the server sent a challenge after its last");
        };
    }

    private byte[] answerServerFirst(String message) throws SaslException {
        Matcher matcher = SERVER_FIRST.matcher(message);
        if (!matcher.matches()) {
            throw new SaslException("the server's first message is not valid SCRAM");
        }
        int iterations = Integer.parseInt(matcher.group(1));
        if (iterations < ScramKeys.MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new SaslException("the server's iteration count " + iterations + " is not within "
                    + ScramKeys.MIN_ITERATIONS + " to " + MAX_ITERATIONS);
        }
        try {
            client.serverFirstMessage(message);
            byte[] clientFinal = ClientMessages.utf8(client.clientFinalMessage().toString());
            next = Step.SERVER_FINAL;
            return clientFinal;
        } catch (ScramException | RuntimeException e) {
            // The library's words quote the server's.
            throw new SaslException("the server's first message is not valid SCRAM");
        }
    }

    private byte[] verifyServerFinal(String message) throws SaslException {
        if (!SERVER_FINAL.matcher(message).matches()) {
            throw new SaslException("the server's last message is not valid SCRAM");
        }
        try {
            client.serverFinalMessage(message);
            next = Step.PROVEN;
            return new byte[0];
        } catch (ScramServerErrorException refusal) {
            // Answered, so that the server gives its final reply: the 535 says more than our cancelling would.
            return new byte[0];
        } catch (ScramException | RuntimeException e) {
            throw new SaslException("the server did not prove that it knows the password");
        }
    }

    private static String text(byte[] challenge) throws SaslException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(challenge))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SaslException("the server's message is not valid UTF-8");
        }
    }

    @Override
    public boolean complete() {
        return next == Step.PROVEN;
    }
}
