package org.smtpgate.proxy.net;

import java.math.BigInteger;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyPairGeneratorSpi;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.interfaces.XECKey;
import java.security.interfaces.XECPrivateKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;
import org.conscrypt.OpenSSLX25519PrivateKey;
import org.conscrypt.OpenSSLX25519PublicKey;

/** X25519 (RFC 7748) by Conscrypt, whose keys are not of the kinds that Java's TLS and Java's own providers take: these are. */
final class X25519 {
    private static final String ALGORITHM = "XDH";
    private static final int OCTETS = 32;
    private static final int BITS = 255;

    private X25519() {}

    /** Whether {@link Agreement} takes this private key; whose the public key is does not matter. */
    static boolean takes(Object key) {
        return key instanceof Secret;
    }

    /** What both halves of a pair have in common. */
    private interface OnCurve extends XECKey, Key {
        @Override
        default AlgorithmParameterSpec getParams() {
            return NamedParameterSpec.X25519;
        }

        @Override
        default String getAlgorithm() {
            return ALGORITHM;
        }
    }

    private static boolean isMeant(AlgorithmParameterSpec parameters) {
        return parameters instanceof NamedParameterSpec named
                && named.getName().equalsIgnoreCase(NamedParameterSpec.X25519.getName());
    }

    /** RFC 7748 section 5: the octets of a coordinate begin with the lowest. */
    private static byte[] reversed(byte[] octets) {
        byte[] reversed = new byte[octets.length];
        for (int at = 0; at < octets.length; at++) {
            reversed[at] = octets[octets.length - 1 - at];
        }
        return reversed;
    }

    private static OpenSSLX25519PublicKey conscrypts(XECPublicKey key) throws InvalidKeyException {
        if (!isMeant(key.getParams()) || key.getU().signum() < 0 || key.getU().bitLength() > BITS) {
            throw new InvalidKeyException("not a public key of X25519");
        }
        byte[] u = key.getU().toByteArray();
        byte[] octets = new byte[OCTETS];
        System.arraycopy(u, 0, octets, OCTETS - u.length, u.length);
        return new OpenSSLX25519PublicKey(reversed(octets));
    }

    /** What the peer gets of a pair. */
    private record Share(BigInteger u) implements XECPublicKey, OnCurve {
        private static final long serialVersionUID = 1L;

        @Override
        public BigInteger getU() {
            return u;
        }

        @Override
        public String getFormat() {
            return "X.509";
        }

        @Override
        public byte[] getEncoded() {
            try {
                return conscrypts(this).getEncoded();
            } catch (InvalidKeyException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** What the peer does not get. */
    private static final class Secret implements XECPrivateKey, OnCurve {
        private static final long serialVersionUID = 1L;

        private final OpenSSLX25519PrivateKey key;

        Secret(PrivateKey key) {
            this.key = (OpenSSLX25519PrivateKey) key;
        }

        @Override
        public Optional<byte[]> getScalar() {
            return Optional.of(key.getU());
        }

        @Override
        public String getFormat() {
            return key.getFormat();
        }

        @Override
        public byte[] getEncoded() {
            return key.getEncoded();
        }
    }

    /** Pairs for one handshake each. Who wants another curve is sent on, to the next provider. */
    static final class Generator extends KeyPairGeneratorSpi {
        private final KeyPairGenerator generator;

        Generator(Provider conscrypt) throws NoSuchAlgorithmException {
            generator = KeyPairGenerator.getInstance(ALGORITHM, conscrypt);
        }

        @Override
        public void initialize(int bits, SecureRandom random) {
            if (bits != BITS) {
                throw new InvalidParameterException("X25519 has " + BITS + " bits");
            }
        }

        @Override
        public void initialize(AlgorithmParameterSpec parameters, SecureRandom random)
                throws InvalidAlgorithmParameterException {
            if (!isMeant(parameters)) {
                throw new InvalidAlgorithmParameterException("X25519 only");
            }
        }

        @Override
        public KeyPair generateKeyPair() {
            KeyPair pair = generator.generateKeyPair();
            byte[] u = ((OpenSSLX25519PublicKey) pair.getPublic()).getU();
            return new KeyPair(new Share(new BigInteger(1, reversed(u))), new Secret(pair.getPrivate()));
        }
    }

    /** A secret of a pair and a peer's public key, whoever read that; refused if it would be known to everybody. */
    static final class Agreement extends KeyAgreementSpi {
        private final Provider conscrypt;
        private Secret own;
        /** Null until there is a secret to be fetched, and again from then on. */
        private byte[] shared;

        Agreement(Provider conscrypt) {
            this.conscrypt = conscrypt;
        }

        @Override
        protected void engineInit(Key key, SecureRandom random) throws InvalidKeyException {
            if (!(key instanceof Secret secret)) {
                throw new InvalidKeyException("not a private key of this provider's X25519");
            }
            own = secret;
            shared = null;
        }

        @Override
        protected void engineInit(Key key, AlgorithmParameterSpec parameters, SecureRandom random)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            if (parameters != null) {
                throw new InvalidAlgorithmParameterException("X25519 has no parameters");
            }
            engineInit(key, random);
        }

        @Override
        protected Key engineDoPhase(Key key, boolean last) throws InvalidKeyException {
            if (own == null || !last) {
                throw new IllegalStateException(own == null ? "not initialized" : "X25519 has one phase");
            }
            if (!(key instanceof XECPublicKey peers)) {
                throw new InvalidKeyException("not a public key of X25519");
            }
            shared = null;
            OpenSSLX25519PublicKey theirs = conscrypts(peers);
            try {
                KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM, conscrypt);
                agreement.init(own.key);
                agreement.doPhase(theirs, true);
                shared = agreement.generateSecret();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
            return null;
        }

        @Override
        protected byte[] engineGenerateSecret() {
            if (shared == null) {
                throw new IllegalStateException("no secret has been agreed on");
            }
            byte[] secret = shared;
            shared = null;
            return secret;
        }

        @Override
        protected int engineGenerateSecret(byte[] secret, int offset) throws ShortBufferException {
            if (secret.length - offset < OCTETS) {
                throw new ShortBufferException("a secret of X25519 has " + OCTETS + " octets");
            }
            System.arraycopy(engineGenerateSecret(), 0, secret, offset, OCTETS);
            return OCTETS;
        }

        @Override
        protected SecretKey engineGenerateSecret(String algorithm) {
            byte[] secret = engineGenerateSecret();
            try {
                return new SecretKeySpec(secret, algorithm);
            } finally {
                Arrays.fill(secret, (byte) 0);
            }
        }
    }
}
