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
import java.security.Provider;
import java.security.SecureRandom;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.NamedParameterSpec;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyAgreementSpi;
import javax.crypto.SecretKey;
import javax.crypto.ShortBufferException;
import org.conscrypt.OpenSSLX25519PrivateKey;
import org.conscrypt.OpenSSLX25519PublicKey;

/** X25519 (RFC 7748) by Conscrypt, whose public keys are not of the kind that Java's TLS takes: these are. */
final class X25519 {
    private static final String ALGORITHM = "XDH";
    private static final int OCTETS = 32;
    private static final int BITS = 255;

    private X25519() {}

    /** Whether a secret can be agreed on with this private key; with whose public key does not matter. */
    static boolean takes(Object key) {
        return key instanceof OpenSSLX25519PrivateKey;
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
        byte[] u = key.getU().toByteArray();
        if (!isMeant(key.getParams()) || key.getU().signum() < 0 || key.getU().bitLength() > BITS) {
            throw new InvalidKeyException("not a public key of X25519");
        }
        byte[] octets = new byte[OCTETS];
        // Without the octet of the sign, where there is one.
        int used = Math.min(u.length, OCTETS);
        System.arraycopy(u, u.length - used, octets, OCTETS - used, used);
        return new OpenSSLX25519PublicKey(reversed(octets));
    }

    /** What a client gets of a pair. */
    private record Share(BigInteger u) implements XECPublicKey {
        private static final long serialVersionUID = 1L;

        @Override
        public BigInteger getU() {
            return u;
        }

        @Override
        public AlgorithmParameterSpec getParams() {
            return NamedParameterSpec.X25519;
        }

        @Override
        public String getAlgorithm() {
            return ALGORITHM;
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
            return new KeyPair(new Share(new BigInteger(1, reversed(u))), pair.getPrivate());
        }
    }

    /** A secret of a pair and a peer's public key, whoever read that; refused if it would be known to everybody. */
    static final class Agreement extends KeyAgreementSpi {
        private final KeyAgreement agreement;

        Agreement(Provider conscrypt) throws NoSuchAlgorithmException {
            agreement = KeyAgreement.getInstance(ALGORITHM, conscrypt);
        }

        @Override
        protected void engineInit(Key key, SecureRandom random) throws InvalidKeyException {
            agreement.init(key);
        }

        @Override
        protected void engineInit(Key key, AlgorithmParameterSpec parameters, SecureRandom random)
                throws InvalidKeyException, InvalidAlgorithmParameterException {
            if (parameters != null) {
                throw new InvalidAlgorithmParameterException("X25519 has no parameters");
            }
            agreement.init(key);
        }

        @Override
        protected Key engineDoPhase(Key key, boolean last) throws InvalidKeyException {
            if (key instanceof XECPublicKey peers) {
                return agreement.doPhase(conscrypts(peers), last);
            }
            throw new InvalidKeyException("not a public key of X25519");
        }

        @Override
        protected byte[] engineGenerateSecret() {
            return agreement.generateSecret();
        }

        @Override
        protected int engineGenerateSecret(byte[] secret, int offset) throws ShortBufferException {
            return agreement.generateSecret(secret, offset);
        }

        @Override
        protected SecretKey engineGenerateSecret(String algorithm)
                throws NoSuchAlgorithmException, InvalidKeyException {
            return agreement.generateSecret(algorithm);
        }
    }
}
