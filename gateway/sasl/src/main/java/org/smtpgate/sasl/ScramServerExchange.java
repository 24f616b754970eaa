package org.smtpgate.sasl;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;

/**
 * One SCRAM dialogue: client-first, keys looked up, server-first, client-final, server-final, an empty answer
 * (RFC 4954 section 4: data with a success goes as a challenge).
 */
final class ScramServerExchange implements SaslExchange {
    private static final Base64.Encoder BASE64 = Base64.getEncoder();

    /** 24 characters: as many as 144 random bits make. */
    private static final int NONCE_OCTETS = 18;

    private enum Step {
        CLIENT_FIRST,
        KEYS,
        CLIENT_FINAL,
        ACKNOWLEDGEMENT,
        OVER
    }

    private final ScramServerMechanism mechanism;
    private final ScramMechanism algorithms;
    private final Surroundings surroundings;
    private final Supplier<String> serverNonce;

    private Step next = Step.CLIENT_FIRST;
    private ScramClientMessages.First first;
    private ScramKeys keys;
    private String nonce;
    private String serverFirst;

    ScramServerExchange(ScramServerMechanism mechanism, Surroundings surroundings) {
        this(mechanism, surroundings, () -> randomNonce(surroundings.random()));
    }

    /** For test vectors: {@code serverNonce} gives the server's part of the nonce. */
    ScramServerExchange(ScramServerMechanism mechanism, Surroundings surroundings, Supplier<String> serverNonce) {
        this.serverNonce = serverNonce;
        this.mechanism = mechanism;
        this.algorithms = mechanism.algorithms();
        this.surroundings = surroundings;
    }

    private static String randomNonce(SecureRandom random) {
        byte[] octets = new byte[NONCE_OCTETS];
        random.nextBytes(octets);
        return BASE64.encodeToString(octets);
    }

    @Override
    public SaslStep respond(byte[] response) {
        Step step = next;
        next = Step.OVER;
        try {
            return switch (step) {
                case CLIENT_FIRST -> takeFirst(ClientText.decode(response, 0, response.length));
                case CLIENT_FINAL -> takeFinal(ClientText.decode(response, 0, response.length));
                case ACKNOWLEDGEMENT -> takeAcknowledgement(response);
                case KEYS, OVER -> throw new IllegalStateException("no response is awaited");
            };
        } catch (Malformation malformation) {
            return malformation.step();
        }
    }

    private SaslStep takeFirst(String message) throws Malformation {
        first = ScramClientMessages.first(message);
        if (mechanism.bindsChannel() != (first.flag() == 'p')) {
            throw new Malformation("the mechanism's name and its channel binding flag disagree");
        }
        if (first.flag() == 'y' && surroundings.bindingOffered()) {
            return new SaslStep.Refused("the client was not shown that channel binding is offered: downgrade");
        }
        if (first.flag() == 'p' && surroundings.bindings().data(first.bindingType()) == null) {
            throw new Malformation("unsupported channel binding type");
        }
        next = Step.KEYS;
        return new SaslStep.LookUp(mechanism.keyHash(), prepared(first.username()), this::challenge);
    }

    private static String prepared(String username) throws Malformation {
        try {
            return new String(StringPreparation.SASL_PREPARATION.normalize(username.toCharArray()));
        } catch (RuntimeException prohibited) {
            throw new Malformation("user name that SASLprep prohibits");
        }
    }

    private SaslStep.Challenge challenge(ScramKeys stored) {
        if (next != Step.KEYS) {
            throw new IllegalStateException("no keys are awaited");
        }
        next = Step.CLIENT_FINAL;
        keys = stored;
        nonce = first.nonce() + serverNonce.get();
        serverFirst = "r=" + nonce + ",s=" + BASE64.encodeToString(keys.salt()) + ",i=" + keys.iterations();
        return new SaslStep.Challenge(utf8(serverFirst));
    }

    private SaslStep takeFinal(String message) throws Malformation {
        ScramClientMessages.Final last = ScramClientMessages.last(message);
        if (!last.nonce().equals(nonce)) {
            return new SaslStep.Refused("the client's last message has another nonce");
        }
        if (!MessageDigest.isEqual(last.binding(), expectedBinding())) {
            return new SaslStep.Refused("the channel binding is not that of this connection");
        }
        String proven = first.bare() + "," + serverFirst + "," + last.withoutProof();
        if (!proves(last.proof(), proven)) {
            return new SaslStep.Refused(null);
        }
        next = Step.ACKNOWLEDGEMENT;
        byte[] signature = ScramFunctions.serverSignature(algorithms, keys.serverKey(), proven);
        return new SaslStep.Challenge(utf8("v=" + BASE64.encodeToString(signature)));
    }

    private byte[] expectedBinding() {
        ByteArrayOutputStream binding = new ByteArrayOutputStream();
        binding.writeBytes(utf8(first.header()));
        if (first.flag() == 'p') {
            binding.writeBytes(surroundings.bindings().data(first.bindingType()));
        }
        return binding.toByteArray();
    }

    /** RFC 5802 section 3: the proof is the client's key, XORed with what only the stored key can sign. */
    private boolean proves(byte[] proof, String proven) {
        byte[] signature = ScramFunctions.clientSignature(algorithms, keys.storedKey(), proven);
        if (proof.length != signature.length) {
            return false;
        }
        byte[] clientKey = ScramFunctions.clientProof(proof, signature);
        return MessageDigest.isEqual(ScramFunctions.hash(algorithms, clientKey), keys.storedKey());
    }

    private SaslStep takeAcknowledgement(byte[] response) throws Malformation {
        if (response.length > 0) {
            throw new Malformation("the answer to the server's last message is empty");
        }
        return new SaslStep.Proven(first.authorizationId());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
