package org.smtpgate.proxy.net;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Java's TLS spends the time of a handshake on, by who takes the least for it: signatures and the NIST curves by AWS-LC,
 * in C, and X25519 by Bouncy Castle. All else stays Java's: hashes and ciphers are no faster through JNI. See ADR 10.
 *
 * <p>A key or curve that these do not know, Java's own then takes, as the JCA tries one provider after another.
 */
final class HandshakeCrypto extends Provider {
    private static final long serialVersionUID = 1L;

    /** Behind SUN, which has nothing of this and is asked for all hashes; before who has it in Java. */
    private static final int POSITION = 2;

    private static final Pattern NATIVE = Pattern.compile(
            "KeyFactory\\.(RSA|EC)|KeyPairGenerator\\.EC|KeyAgreement\\.ECDH|Signature\\.(RSASSA-PSS|\\w+with(RSA|ECDSA))");

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
     * For all of this JVM, from now on; takes 0.15 s and 15 MiB. To be called before keys are read, from any thread but an event
     * loop's.
     *
     * @return why not, and Java's own does all: another platform than the one this was built on, or no temporary folder that
     *     a library may be loaded from
     */
    static Optional<String> install() {
        AmazonCorrettoCryptoProvider corretto = AmazonCorrettoCryptoProvider.INSTANCE;
        Throwable failure = corretto.getLoadingError();
        if (failure == null) {
            Security.insertProviderAt(new HandshakeCrypto(corretto), POSITION);
        }
        return Optional.ofNullable(failure).map(Throwable::toString);
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
    }
}
