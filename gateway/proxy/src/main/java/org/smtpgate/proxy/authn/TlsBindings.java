package org.smtpgate.proxy.authn;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLSession;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.sasl.TlsServerEndPoint;

/** The channel bindings of a TLS session of which this is the server; worked out when first asked for. For one thread. */
public final class TlsBindings implements ChannelBindings {
    /** RFC 9266 section 4.2. */
    private static final String EXPORTER_LABEL = "EXPORTER-Channel-Binding";

    private static final int EXPORTER_OCTETS = 32;

    /** {@code exportKeyingMaterialData} of JDK 25 and later; null on those before. */
    private static final MethodHandle EXPORT = export();

    private final SSLSession session;
    private final Map<String, byte[]> known = new HashMap<>();

    public TlsBindings(SSLSession session) {
        this.session = session;
    }

    private static MethodHandle export() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(
                            ExtendedSSLSession.class,
                            "exportKeyingMaterialData",
                            MethodType.methodType(byte[].class, String.class, byte[].class, int.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null;
        }
    }

    @Override
    public byte[] data(String type) {
        if (!known.containsKey(type)) {
            known.put(type, workOut(type));
        }
        return known.get(type);
    }

    private byte[] workOut(String type) {
        return switch (type) {
            case TLS_SERVER_END_POINT -> endPoint();
            case TLS_EXPORTER -> exported();
            default -> null;
        };
    }

    private byte[] endPoint() {
        Certificate[] shown = session.getLocalCertificates();
        return shown != null && shown.length > 0 && shown[0] instanceof X509Certificate certificate
                ? TlsServerEndPoint.of(certificate)
                : null;
    }

    /** With TLS 1.3 alone: before, it takes an extension of the handshake to be sound (RFC 9266 section 3). */
    private byte[] exported() {
        if (EXPORT == null
                || !(session instanceof ExtendedSSLSession extended)
                || !session.getProtocol().equals("TLSv1.3")) {
            return null;
        }
        try {
            return (byte[]) EXPORT.invokeExact(extended, EXPORTER_LABEL, new byte[0], EXPORTER_OCTETS);
        } catch (Error error) {
            throw error;
        } catch (Throwable notToBeHad) {
            return null;
        }
    }
}
