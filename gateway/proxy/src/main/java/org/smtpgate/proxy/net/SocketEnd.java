package org.smtpgate.proxy.net;

/** How a socket ended, as seen from here. */
public enum SocketEnd {
    /** The peer closed it in order. */
    FIN,
    /** The peer, or the network, tore it down. */
    RST,
    /** TLS failed: a handshake, an alert, or bytes that are not TLS. */
    TLS,
    /** This side closed it. */
    OURS
}
