package org.smtpgate.it.client;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.smtpgate.it.fixture.Execution;

/** Angus Mail, the implementation of Jakarta Mail. */
public final class AngusMail implements MailClient {

    @Override
    public Execution send(Submission mail) {
        return by("PLAIN LOGIN", mail);
    }

    /** Logged in by the first of these mechanisms that the server has. */
    Execution by(String mechanisms, Submission mail) {
        try (InputStream content = Files.newInputStream(mail.message())) {
            String protocol = mail.implicitTls() ? "smtps" : "smtp";
            Properties settings = settings(mail, "mail." + protocol + ".");
            settings.put("mail." + protocol + ".auth.mechanisms", mechanisms);
            Session session = Session.getInstance(settings);
            Message message = new MimeMessage(session, content);
            try (Transport transport = session.getTransport(protocol)) {
                transport.connect("127.0.0.1", mail.port(), mail.user(), mail.password());
                transport.sendMessage(message, InternetAddress.parse(mail.to()));
            }
            return new Execution(0, "accepted");
        } catch (MessagingException | IOException | GeneralSecurityException e) {
            return new Execution(1, e.toString());
        }
    }

    private static Properties settings(Submission mail, String prefix) throws IOException, GeneralSecurityException {
        Properties settings = new Properties();
        settings.put(prefix + "auth", "true");
        settings.put(prefix + "from", mail.from());
        settings.put(prefix + "starttls.required", String.valueOf(!mail.implicitTls()));
        settings.put(prefix + "starttls.enable", String.valueOf(!mail.implicitTls()));
        settings.put(prefix + "ssl.checkserveridentity", "true");
        settings.put(prefix + "ssl.socketFactory", trusting(mail));
        settings.put(prefix + "connectiontimeout", "10000");
        settings.put(prefix + "timeout", "60000");
        return settings;
    }

    private static SSLSocketFactory trusting(Submission mail) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(mail.authority())) {
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
