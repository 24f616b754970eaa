package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.util.ssl.SSLSocketVerifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes sockets that verify the server's name while they shake hands (RFC 4513 section 3.1.3), as the JDK does it, and that
 * wait for each of its messages for a bounded time. The library's own verifier takes any name for right on loopback
 * addresses, and its time limit ends with the TCP connection.
 */
final class TlsSockets extends SSLSocketFactory {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final SSLSocketFactory sockets;
    private final int patienceMillis;

    TlsSockets(SSLSocketFactory sockets, Duration patience) {
        this.sockets = sockets;
        this.patienceMillis = Math.toIntExact(patience.toMillis());
    }

    /** Waits for the end of a handshake, so that a server with which it fails is not taken for connected. */
    static SSLSocketVerifier finished() {
        return new SSLSocketVerifier() {
            @Override
            public void verifySSLSocket(String host, int port, SSLSocket socket) throws LDAPException {
                if (!socket.getSession().isValid()) {
                    throw new LDAPException(ResultCode.CONNECT_ERROR, "no TLS with " + host + ":" + port);
                }
            }
        };
    }

    private Socket careful(Socket made) throws IOException {
        SSLSocket socket = (SSLSocket) made;
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("LDAPS");
        parameters.setProtocols(PROTOCOLS);
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(patienceMillis);
        return socket;
    }

    @Override
    public Socket createSocket() throws IOException {
        return careful(sockets.createSocket());
    }

    @Override
    public Socket createSocket(Socket under, String host, int port, boolean autoClose) throws IOException {
        return careful(sockets.createSocket(under, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return careful(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return careful(sockets.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return careful(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return careful(sockets.createSocket(host, port, localHost, localPort));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }
}
