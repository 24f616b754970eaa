package org.smtpgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.math.BigInteger;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.XECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.proxy.net.TlsEngine;
import org.smtpgate.proxy.net.TlsMode;
import org.smtpgate.testkit.ScriptedUpstream;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.TestCertificates;

/** What does the handshakes agrees with Java's own providers, is asked before them, and takes no bad key for a good one. */
@Isolated("it changes who computes in this JVM")
class HandshakeCryptoTest {
    private static final byte[] TEXT = new byte[130];

    /** RFC 8446 section 5.1. */
    private static final byte ALERT = 21;

    private static final byte APPLICATION_DATA = 23;

    private static Provider ours;

    @BeforeAll
    static void install() {
        Optional<String> failure = TlsEngine.hastenHandshakes();
        // Another platform, or a temporary folder without libraries: what is tested on purpose must not be skipped.
        if (!"required".equals(System.getProperty("smtpgate.it"))) {
            assumeThat(failure).isEmpty();
        }
        assertThat(failure).isEmpty();
        ours = Security.getProvider("smtpgate");
    }

    /** The other tests of this JVM are of Java's alone. */
    @AfterAll
    static void remove() {
        Security.removeProvider("smtpgate");
    }

    @ParameterizedTest
    @CsvSource({"XDH, X25519, SunEC", "EC, secp256r1, SunEC", "EC, secp384r1, SunEC", "EC, secp521r1, SunEC"})
    void a_secret_is_the_one_that_Java_comes_to(String algorithm, String group, String theirs) throws Exception {
        KeyPair mine = newKeyPair(KeyPairGenerator.getInstance(algorithm), group(algorithm, group));
        KeyPair peers = newKeyPair(KeyPairGenerator.getInstance(algorithm, theirs), group(algorithm, group));

        KeyAgreement own = KeyAgreement.getInstance(agreement(algorithm));
        own.init(mine.getPrivate());
        own.doPhase(published(peers.getPublic(), KeyFactory.getInstance(algorithm)), true);
        KeyAgreement other = KeyAgreement.getInstance(agreement(algorithm), theirs);
        other.init(peers.getPrivate());
        other.doPhase(published(mine.getPublic(), KeyFactory.getInstance(algorithm, theirs)), true);

        assertThat(own.generateSecret()).isEqualTo(other.generateSecret());
        assertThat(own.getProvider()).isSameAs(ours);
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, 2048, RSASSA-PSS, SHA-256, 32, SunRsaSign",
        "RSA, 3072, RSASSA-PSS, SHA-384, 48, SunRsaSign",
        "RSA, 4096, RSASSA-PSS, SHA-512, 64, SunRsaSign",
        "RSA, 2048, SHA256withRSA, , 0, SunRsaSign",
        "RSA, 2048, SHA1withRSA, , 0, SunRsaSign",
        "EC, secp256r1, SHA256withECDSA, , 0, SunEC",
        "EC, secp384r1, SHA384withECDSA, , 0, SunEC",
        "EC, secp521r1, SHA512withECDSA, , 0, SunEC"
    })
    void a_signature_is_one_to_Java_and_the_other_way_round(
            String algorithm, String size, String signature, String digest, int salt, String theirs) throws Exception {
        KeyPair pair = newKeyPair(KeyPairGenerator.getInstance(algorithm, theirs), group(algorithm, size));
        PSSParameterSpec parameters =
                digest == null ? null : new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), salt, 1);
        Signature own = Signature.getInstance(signature);
        Signature other = Signature.getInstance(signature, theirs);
        // As TLS gets them: read from a file.
        KeyFactory keys = KeyFactory.getInstance(algorithm);
        PrivateKey key =
                keys.generatePrivate(new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded()));

        assertThat(verified(other, parameters, pair.getPublic(), signed(own, parameters, key)))
                .isTrue();
        assertThat(own.getProvider()).isSameAs(ours);
        byte[] theirSignature = signed(other, parameters, pair.getPrivate());
        assertThat(verified(own, parameters, published(pair.getPublic(), keys), theirSignature))
                .isTrue();
        theirSignature[theirSignature.length / 2] ^= 1;
        assertThat(verified(own, parameters, published(pair.getPublic(), keys), theirSignature))
                .isFalse();
    }

    /** RFC 7748 section 6.1: whose secret with the base point, the number 9, is the public key itself. */
    @Test
    void a_public_key_of_x25519_keeps_its_zeros_at_either_end() throws Exception {
        boolean seenAtTheFront = false;
        boolean seenAtTheEnd = false;
        for (int pairs = 0; pairs < 10_000 && !(seenAtTheFront && seenAtTheEnd); pairs++) {
            KeyPair mine = KeyPairGenerator.getInstance("X25519").generateKeyPair();
            KeyPair peers = KeyPairGenerator.getInstance("X25519", "SunEC").generateKeyPair();
            KeyAgreement other = KeyAgreement.getInstance("X25519", "SunEC");
            other.init(peers.getPrivate());
            other.doPhase(x25519(((XECPublicKey) mine.getPublic()).getU()), true);

            assertThat(secret(mine, peers.getPublic())).isEqualTo(other.generateSecret());
            byte[] octets = octets(mine.getPublic());
            assertThat(secret(mine, x25519(BigInteger.valueOf(9)))).isEqualTo(octets);
            seenAtTheFront |= octets[0] == 0;
            seenAtTheEnd |= octets[31] == 0;
        }
        assertThat(seenAtTheFront && seenAtTheEnd).isTrue();
    }

    /** Where another provider agrees, since it is preferred, or since ours may not, as on an OracleJDK. */
    @Test
    void a_private_key_of_x25519_is_one_to_Java() throws Exception {
        KeyPair mine = KeyPairGenerator.getInstance("XDH").generateKeyPair();
        KeyPair peers = KeyPairGenerator.getInstance("XDH").generateKeyPair();
        KeyAgreement theirs = KeyAgreement.getInstance("XDH", "SunEC");
        theirs.init(mine.getPrivate());
        theirs.doPhase(peers.getPublic(), true);
        assertThat(theirs.generateSecret()).isEqualTo(secret(peers, mine.getPublic()));
    }

    @Test
    void a_secret_is_fetched_once_and_only_when_it_has_been_agreed_on() throws Exception {
        KeyPair mine = KeyPairGenerator.getInstance("XDH").generateKeyPair();
        KeyAgreement agreement = KeyAgreement.getInstance("XDH");
        agreement.init(mine.getPrivate());
        assertThatThrownBy(agreement::generateSecret).isInstanceOf(IllegalStateException.class);
        agreement.doPhase(mine.getPublic(), true);
        byte[] secret = new byte[40];
        assertThat(agreement.generateSecret(secret, 8)).isEqualTo(32);
        assertThatThrownBy(agreement::generateSecret).isInstanceOf(IllegalStateException.class);
        agreement.doPhase(mine.getPublic(), true);
        assertThat(agreement.generateSecret("TlsPremasterSecret").getEncoded())
                .isEqualTo(Arrays.copyOfRange(secret, 8, 40));
        agreement.doPhase(mine.getPublic(), true);
        agreement.init(mine.getPrivate());
        assertThatThrownBy(agreement::generateSecret).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_secret_of_x25519_is_not_agreed_on_with_what_is_no_such_public_key() throws Exception {
        KeyPair mine = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        BigInteger prime = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
        List<PublicKey> others = List.of(
                // Of small order.
                new Coordinate(NamedParameterSpec.X25519, BigInteger.ZERO),
                new Coordinate(NamedParameterSpec.X25519, BigInteger.ONE),
                new Coordinate(NamedParameterSpec.X25519, prime.subtract(BigInteger.ONE)),
                new Coordinate(NamedParameterSpec.X25519, prime),
                new Coordinate(NamedParameterSpec.X25519, prime.add(BigInteger.ONE)),
                // Of another size, or curve.
                new Coordinate(NamedParameterSpec.X25519, BigInteger.ONE.negate()),
                new Coordinate(NamedParameterSpec.X25519, BigInteger.TWO.pow(255)),
                new Coordinate(NamedParameterSpec.X448, BigInteger.valueOf(5)),
                KeyPairGenerator.getInstance("EC", "SunEC").generateKeyPair().getPublic());
        for (PublicKey other : others) {
            assertThatThrownBy(() -> secret(mine, other)).isInstanceOf(InvalidKeyException.class);
        }
    }

    /** Of the same name as one that is hastened. */
    @Test
    void x448_is_left_to_Java() throws Exception {
        assertThatJavaAgrees(newKeyPair(KeyPairGenerator.getInstance("XDH"), NamedParameterSpec.X448), 56);
    }

    @Test
    void a_pair_of_x25519_that_another_provider_made_is_left_to_it() throws Exception {
        assertThatJavaAgrees(KeyPairGenerator.getInstance("X25519", "SunEC").generateKeyPair(), 32);
    }

    private static void assertThatJavaAgrees(KeyPair pair, int octets) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("XDH");
        agreement.init(pair.getPrivate());
        agreement.doPhase(pair.getPublic(), true);
        assertThat(agreement.generateSecret()).hasSize(octets);
        assertThat(agreement.getProvider().getName()).isEqualTo("SunEC");
    }

    /** What a certificate may be does not hang on who computes. */
    @ParameterizedTest
    @ValueSource(strings = {"secp256k1", "secp224r1"})
    void a_curve_that_Java_does_not_know_is_left_to_Java(String curve) throws Exception {
        ECGenParameterSpec parameters = new ECGenParameterSpec(curve);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
        KeyPair pair = newKeyPair(generator, parameters);
        PublicKey key = published(pair.getPublic(), KeyFactory.getInstance("EC"));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(key);
        assertThat(signature.getProvider().getName()).isEqualTo("SunEC");
    }

    /** Else the slower half of every handshake would still be Java's. */
    @Test
    void a_key_read_for_a_listener_is_one_of_its_own() throws Exception {
        KeyPair pair = newKeyPair(KeyPairGenerator.getInstance("RSA", "SunRsaSign"), group("RSA", "2048"));
        PrivateKey key = KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded()));
        assertThat(key.getClass().getName()).startsWith("com.amazon.corretto.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_client_comes_in(String protocol) throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .clientTls(TlsMode.IMPLICIT)
                        .start();
                SSLSocket client = (SSLSocket)
                        TestCertificates.clientContext().getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
            client.setSoTimeout(10_000);
            client.setEnabledProtocols(new String[] {protocol});
            assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("220 ");
            assertThat(client.getSession().getProtocol()).isEqualTo(protocol);
        }
    }

    /** RFC 7748 section 6.1: a point of small order, of which the secret would be known to everybody. */
    @Test
    void a_share_of_zeros_is_refused() throws Exception {
        try (ScriptedUpstream upstream = ScriptedUpstream.start();
                TestGateway gateway = TestGateway.inFrontOf(upstream.port())
                        .clientTls(TlsMode.IMPLICIT)
                        .start()) {
            try (Socket client = new Socket("127.0.0.1", gateway.port())) {
                client.setSoTimeout(10_000);
                client.getOutputStream().write(helloWithShareOfZeros());
                // A ServerHello may still come, but nothing that is encrypted by what everybody knows.
                assertThat(recordTypes(client.getInputStream().readAllBytes()))
                        .doesNotContain(APPLICATION_DATA)
                        .endsWith(ALERT);
            }
            try (SmtpClient next = SmtpClient.connectTls(gateway.port())) {
                next.greet();
            }
        }
    }

    private static List<Byte> recordTypes(byte[] records) {
        List<Byte> types = new ArrayList<>();
        for (int at = 0;
                at < records.length;
                at += 5 + ByteBuffer.wrap(records, at + 3, 2).getShort()) {
            types.add(records[at]);
        }
        return types;
    }

    private static byte[] helloWithShareOfZeros() throws Exception {
        SSLEngine engine = TestCertificates.clientContext().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        for (int at = 0; at < bytes.length - 36; at++) {
            // The group x25519, and the length of its share.
            if (ByteBuffer.wrap(bytes, at, 4).getInt() == 0x001d_0020) {
                Arrays.fill(bytes, at + 4, at + 36, (byte) 0);
                return bytes;
            }
        }
        throw new AssertionError("no share of X25519 in the ClientHello");
    }

    private static byte[] secret(KeyPair mine, PublicKey peers) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("XDH");
        agreement.init(mine.getPrivate());
        agreement.doPhase(peers, true);
        assertThat(agreement.getProvider()).isSameAs(ours);
        return agreement.generateSecret();
    }

    /** Behind what says that it is X25519, in X.509 (RFC 8410 section 4). */
    private static byte[] octets(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    /** As TLS gets it: a number from the wire. */
    private static PublicKey x25519(BigInteger u) throws GeneralSecurityException {
        return KeyFactory.getInstance("X25519").generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
    }

    /** A public key that nobody has looked at. */
    private record Coordinate(AlgorithmParameterSpec curve, BigInteger u) implements XECPublicKey {
        @Override
        public BigInteger getU() {
            return u;
        }

        @Override
        public AlgorithmParameterSpec getParams() {
            return curve;
        }

        @Override
        public String getAlgorithm() {
            return "XDH";
        }

        @Override
        public String getFormat() {
            return null;
        }

        @Override
        public byte[] getEncoded() {
            return null;
        }
    }

    private static String agreement(String algorithm) {
        return algorithm.equals("EC") ? "ECDH" : algorithm;
    }

    private static AlgorithmParameterSpec group(String algorithm, String name) {
        return switch (algorithm) {
            case "EC" -> new ECGenParameterSpec(name);
            case "RSA" -> new RSAKeyGenParameterSpec(Integer.parseInt(name), RSAKeyGenParameterSpec.F4);
            default -> new NamedParameterSpec(name);
        };
    }

    private static KeyPair newKeyPair(KeyPairGenerator generator, AlgorithmParameterSpec parameters)
            throws GeneralSecurityException {
        generator.initialize(parameters);
        return generator.generateKeyPair();
    }

    private static PublicKey published(PublicKey key, KeyFactory keys) throws GeneralSecurityException {
        return keys.generatePublic(new X509EncodedKeySpec(key.getEncoded()));
    }

    private static byte[] signed(Signature signature, PSSParameterSpec parameters, PrivateKey key)
            throws GeneralSecurityException {
        if (parameters != null) {
            signature.setParameter(parameters);
        }
        signature.initSign(key);
        signature.update(TEXT);
        return signature.sign();
    }

    private static boolean verified(Signature signature, PSSParameterSpec parameters, PublicKey key, byte[] presented)
            throws GeneralSecurityException {
        if (parameters != null) {
            signature.setParameter(parameters);
        }
        signature.initVerify(key);
        signature.update(TEXT);
        return signature.verify(presented);
    }
}
