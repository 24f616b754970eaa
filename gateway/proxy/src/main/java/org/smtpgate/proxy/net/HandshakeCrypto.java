package org.smtpgate.proxy.net;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.interfaces.ECKey;
import java.security.spec.ECFieldFp;
import java.security.spec.EllipticCurve;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Java's TLS spends the time of a handshake on, by who takes the least for it: signatures and the NIST curves by AWS-LC,
 * in C, and X25519 by Bouncy Castle. All else stays Java's: hashes and ciphers are no faster through JNI. See ADR 10.
 *
 * <p>Curves that these take and Java does not, or the other way round, are Java's, so that what a certificate may be does not
 * hang on who computes. A key of RSA that AWS-LC refuses the JCA takes to Java's provider; but not behind the parameters of a
 * signature, when it has chosen its provider already.
 */
final class HandshakeCrypto extends Provider {
    private static final long serialVersionUID = 1L;

    /** Behind SUN, which has nothing of this and is asked for all hashes; before who has it in Java. */
    private static final int POSITION = 2;

    private static final Pattern NATIVE = Pattern.compile(
            "KeyFactory\\.(RSA|EC)|KeyPairGenerator\\.EC|KeyAgreement\\.ECDH|Signature\\.(RSASSA-PSS|\\w+with(RSA|ECDSA))");

    private static final Set<Integer> NIST_BITS = Set.of(256, 384, 521);

    /** Where the library is unpacked. */
    private static final String FOLDER = "com.amazon.corretto.crypto.provider.tmpdir";

    private static final String X25519 = "org.bouncycastle.jcajce.provider.asymmetric.edec.";

    private HandshakeCrypto(Provider corretto) {
        super("smtpgate", "1", "Handshakes by AWS-LC and Bouncy Castle");
        for (Service service : corretto.getServices()) {
            if (NATIVE.matcher(service.getType() + "." + service.getAlgorithm()).matches()) {
                putService(new Borrowed(this, service));
            }
        }
        // By the names of classes, which are loaded when they are needed: all of its provider would take a while.
        for (String name : List.of("XDH", "X25519")) {
            putService(new Service(this, "KeyPairGenerator", name, X25519 + "KeyPairGeneratorSpi$" + name, null, null));
            putService(new Service(this, "KeyFactory", name, X25519 + "KeyFactorySpi$" + name, null, null));
            putService(new Service(this, "KeyAgreement", name, X25519 + "KeyAgreementSpi$" + name, null, null));
        }
    }

    /**
     * For all of this JVM, from now on; takes 0.2 s and 15 MiB. To be called before keys are read, from any thread but an event
     * loop's.
     *
     * @return why not, and Java's own does all: another platform than the one this was built on, or no temporary folder that
     *     a library may be loaded from
     */
    static Optional<String> install() {
        Path folder;
        try {
            folder = Files.createTempDirectory("smtpgate-");
        } catch (IOException e) {
            return Optional.of("no temporary folder can be made: " + e);
        }
        try {
            // Where it leaves its library when that cannot be loaded.
            System.setProperty(FOLDER, folder.toString());
            AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
            Throwable failure = corretto.getLoadingError();
            if (failure == null) {
                Security.insertProviderAt(new HandshakeCrypto(corretto), POSITION);
            }
            return Optional.ofNullable(failure).map(Throwable::toString);
        } catch (LinkageError e) {
            return Optional.of(e.toString());
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> left = Files.walk(folder)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            // It is the system's temporary folder: who cleans that takes this too.
        }
    }

    /** NIST's curves of 256 bits and more: of these, a is -3. */
    private static boolean isNist(ECKey key) {
        EllipticCurve curve = key.getParams().getCurve();
        return NIST_BITS.contains(curve.getField().getFieldSize())
                && curve.getField() instanceof ECFieldFp field
                && curve.getA().equals(field.getP().subtract(BigInteger.valueOf(3)));
    }

    /** Another provider's. */
    private static final class Borrowed extends Service {
        private final Service service;

        Borrowed(Provider borrower, Service service) {
            super(borrower, service.getType(), service.getAlgorithm(), service.getClassName(), null, null);
            this.service = service;
        }

        @Override
        public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
            return service.newInstance(parameter);
        }

        /** Of a key: whether to be asked at all. */
        @Override
        public boolean supportsParameter(Object key) {
            return !(key instanceof ECKey curve) || isNist(curve);
        }
    }
}
