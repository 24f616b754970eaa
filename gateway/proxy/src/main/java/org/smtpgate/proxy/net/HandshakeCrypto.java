package org.smtpgate.proxy.net;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.interfaces.ECKey;
import java.security.spec.ECFieldFp;
import java.security.spec.EllipticCurve;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.conscrypt.Conscrypt;

/**
 * What Java's TLS spends the time of a handshake on, by who takes the least for it, in C: signatures and the NIST curves by
 * AWS-LC, X25519 by Conscrypt's BoringSSL. All else stays Java's: hashes and ciphers are no faster through JNI. See ADR 10.
 *
 * <p>Curves that these take and Java does not, or the other way round, are Java's, so that what a certificate may be does not
 * hang on who computes. A key of RSA that AWS-LC refuses the JCA takes to Java's provider; but not behind the parameters of a
 * signature, when it has chosen its provider already.
 */
final class HandshakeCrypto extends Provider {
    private static final long serialVersionUID = 1L;

    /** Behind SUN, which has nothing of this and is asked for all hashes; before who has it in Java. */
    private static final int POSITION = 2;

    private static final Pattern BY_AWS_LC = Pattern.compile(
            "KeyFactory\\.(RSA|EC)|KeyPairGenerator\\.EC|KeyAgreement\\.ECDH|Signature\\.(RSASSA-PSS|\\w+with(RSA|ECDSA))");

    private static final Set<Integer> NIST_BITS = Set.of(256, 384, 521);

    /** Where the two libraries are unpacked. */
    private static final List<String> FOLDERS =
            List.of("com.amazon.corretto.crypto.provider.tmpdir", "org.conscrypt.native.workdir");

    private HandshakeCrypto() {
        super("smtpgate", "1", "Handshakes by AWS-LC and BoringSSL");
    }

    /**
     * For all of this JVM, from now on; takes 0.25 s and 17 MiB. To be called before keys are read, from any thread but an
     * event loop's.
     *
     * @return what stays Java's and why: another platform than the one this was built on, or no temporary folder that a library
     *     may be loaded from
     */
    static Optional<String> install() {
        Path folder;
        try {
            folder = Files.createTempDirectory("smtpgate-");
        } catch (IOException e) {
            return Optional.of("all of it (no temporary folder can be made: " + e + ")");
        }
        try {
            // Where they leave their libraries when these cannot be loaded.
            FOLDERS.stream()
                    .filter(property -> System.getProperty(property) == null)
                    .forEach(property -> System.setProperty(property, folder.toString()));
            HandshakeCrypto provider = new HandshakeCrypto();
            List<String> failures = new ArrayList<>();
            take("RSA and the NIST curves", failures, provider::takeAwsLc);
            take("X25519", failures, provider::takeConscrypt);
            if (!provider.getServices().isEmpty()) {
                Security.insertProviderAt(provider, POSITION);
            }
            return failures.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", failures));
        } finally {
            delete(folder);
        }
    }

    private static void take(String what, List<String> failures, Runnable library) {
        try {
            library.run();
        } catch (LinkageError e) {
            failures.add(what + " (" + Failures.root(e) + ")");
        }
    }

    private void takeAwsLc() {
        AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
        if (corretto.getLoadingError() != null) {
            throw new LinkageError("Amazon Corretto Crypto Provider", corretto.getLoadingError());
        }
        for (Service service : corretto.getServices()) {
            if (BY_AWS_LC
                    .matcher(service.getType() + "." + service.getAlgorithm())
                    .matches()) {
                putService(new Lent(
                        this,
                        service.getType(),
                        service.getAlgorithm(),
                        service.getClassName(),
                        service::newInstance,
                        key -> !(key instanceof ECKey curve) || isNist(curve)));
            }
        }
    }

    private void takeConscrypt() {
        Conscrypt.checkAvailability();
        Provider conscrypt = Conscrypt.newProvider();
        for (String name : List.of("XDH", "X25519")) {
            putService(new Lent(
                    this,
                    "KeyPairGenerator",
                    name,
                    X25519.Generator.class.getName(),
                    none -> new X25519.Generator(conscrypt),
                    key -> true));
            putService(new Lent(
                    this,
                    "KeyAgreement",
                    name,
                    X25519.Agreement.class.getName(),
                    none -> new X25519.Agreement(conscrypt),
                    X25519::takes));
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> left = Files.walk(folder)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException | UncheckedIOException e) {
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

    /** What another library does. */
    private static final class Lent extends Service {
        private final Maker maker;
        private final Predicate<Object> takes;

        private interface Maker {
            Object newInstance(Object parameter) throws NoSuchAlgorithmException;
        }

        Lent(Provider borrower, String type, String algorithm, String className, Maker maker, Predicate<Object> takes) {
            super(borrower, type, algorithm, className, null, null);
            this.maker = maker;
            this.takes = takes;
        }

        @Override
        public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
            return maker.newInstance(parameter);
        }

        /** Of a key: whether to be asked at all. */
        @Override
        public boolean supportsParameter(Object key) {
            return takes.test(key);
        }
    }
}
