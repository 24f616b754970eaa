package org.smtpgate.app.service;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.smtpgate.app.config.GatewayConfig;
import org.smtpgate.proxy.downstream.ListenerSettings;

/** When the listeners' certificates expire, as they were read at start. */
final class CertificateMeters implements MeterBinder {
    private static final double MS_PER_SECOND = TimeUnit.SECONDS.toMillis(1);

    private final List<ListenerSettings> listeners;

    CertificateMeters(List<GatewayConfig.Listener> listeners) {
        this.listeners =
                listeners.stream().map(GatewayConfig.Listener::settings).toList();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (ListenerSettings listener : listeners) {
            if (listener.tls().options() != null
                    && listener.tls().options().getKeyCertOptions() instanceof PemKeyCertOptions pem) {
                double expiry = leaf(pem).getNotAfter().getTime() / MS_PER_SECOND;
                Gauge.builder("smtpgate.tls.certificate.expiry.timestamp", () -> expiry)
                        .baseUnit("seconds")
                        .description("When the certificate expires, in seconds since 1970")
                        .tag("listener", listener.name())
                        .register(registry);
            }
        }
    }

    private static X509Certificate leaf(PemKeyCertOptions pem) {
        byte[] chain = pem.getCertValue().getBytes();
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(chain));
        } catch (CertificateException e) {
            throw new IllegalStateException("the configuration's reader had found it good", e);
        }
    }
}
