package org.smtpgate.proxy.downstream;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.Tls;
import org.smtpgate.proxy.authn.Authenticator;
import org.smtpgate.proxy.authn.Identity;
import org.smtpgate.proxy.authn.TlsBindings;
import org.smtpgate.proxy.identity.Principal;
import org.smtpgate.proxy.net.SmtpSocket;
import org.smtpgate.sasl.ChannelBindings;
import org.smtpgate.sasl.Credentials;
import org.smtpgate.smtp.Peer;
import org.smtpgate.smtp.TraceHeader;
import org.smtpgate.smtp.receiver.ReceiverSession;

/** Who a client is, as far as it has shown by now. Confined to its event loop. */
final class ClientProfile {
    private final String id;
    private final SmtpSocket socket;
    private final ReceiverSession session;
    private final String hostname;
    private final boolean certificateAskedFor;
    private Identity identity;
    private Credentials credentials;
    private Tls tls;
    private ChannelBindings bindings;
    private int logins;

    /**
     * @param id the session's
     * @param hostname what the client was told that it has reached
     * @param certificateAskedFor whether the client may show a certificate in the handshake
     */
    ClientProfile(String id, SmtpSocket socket, ReceiverSession session, String hostname, boolean certificateAskedFor) {
        this.id = id;
        this.socket = socket;
        this.session = session;
        this.hostname = hostname;
        this.certificateAskedFor = certificateAskedFor;
    }

    /** @param presented what it logged in with, if that is needed again; null if not */
    void loggedIn(Identity proven, Credentials presented) {
        identity = proven;
        credentials = presented;
    }

    /** The session begins anew in TLS, where what was said before is to be forgotten (RFC 3207 section 4.2). */
    void loggedOut() {
        identity = null;
        credentials = null;
    }

    /** The session is over; whose it was may still be asked, since the outcome of its message can come later. */
    void forgetSecrets() {
        credentials = null;
    }

    /** The name it is logged in by; null before AUTH. */
    String login() {
        return identity == null ? null : identity.login();
    }

    /** Where a login of the client's comes from that begins now. */
    Origin nextLogin(String listener) {
        return new Origin(listener, id, socket.remoteAddress(), socket.localAddress(), tls(), session.helo(), ++logins);
    }

    /** The mechanisms to offer it, of those that this one can. */
    List<String> mechanisms(Authenticator authenticator) {
        return authenticator.mechanisms(tls(), bindings());
    }

    /** Those of its connection as it is now. */
    ChannelBindings bindings() {
        SSLSession tls = socket.tlsSession();
        if (tls == null) {
            return ChannelBindings.NONE;
        }
        if (bindings == null) {
            bindings = new TlsBindings(tls);
        }
        return bindings;
    }

    Principal principal() {
        Map<String, List<String>> attributes = identity == null ? Map.of() : identity.attributes();
        return new Principal(id, peer(login()), attributes, credentials);
    }

    /** Who it would be, were these credentials of this login right. */
    Principal claiming(String login, Credentials presented) {
        return new Principal(id, peer(login), Map.of(), presented);
    }

    /** Of a message that comes now. */
    TraceHeader traceHeader() {
        return new TraceHeader(peer(login()), hostname, id);
    }

    private Peer peer(String login) {
        return new Peer(
                socket.remoteAddress().hostAddress(),
                socket.remoteAddress().port(),
                socket.localAddress().hostAddress(),
                socket.localAddress().port(),
                session.helo(),
                session.esmtp(),
                socket.tlsDescription(),
                login);
    }

    private Tls tls() {
        SSLSession session = socket.tlsSession();
        if (tls == null && session != null) {
            tls = new Tls(session.getProtocol(), session.getCipherSuite(), certificate(session));
        }
        return tls;
    }

    /** Not looked for where none was asked for: there it would be an exception each time that there is none. */
    private X509Certificate certificate(SSLSession tls) {
        if (!certificateAskedFor) {
            return null;
        }
        try {
            return tls.getPeerCertificates()[0] instanceof X509Certificate shown ? shown : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }
}
