package org.smtpgate.proxy.net;

/** Who uses an {@link SmtpSocket}. Called on its event loop only. */
public interface SocketHandler {

    /** Bytes, or the end of the input, can be fetched with {@link SmtpSocket#next()}. */
    void readable();

    /** The peer takes bytes again, after {@link SmtpSocket#hasRoom()} was false. */
    void drained();

    /** The socket is closed. Called once, and nothing after it. */
    void closed(SocketEnd end);
}
