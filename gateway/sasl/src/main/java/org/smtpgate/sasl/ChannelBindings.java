package org.smtpgate.sasl;

/** The channel bindings (RFC 5056) of one connection. */
public interface ChannelBindings {
    /** A hash of the server's certificate (RFC 5929 section 4). */
    String TLS_SERVER_END_POINT = "tls-server-end-point";

    /** A secret of the connection that both ends derive (RFC 9266). */
    String TLS_EXPORTER = "tls-exporter";

    /** Of a connection without TLS. */
    ChannelBindings NONE = type -> null;

    /**
     * The data of a type of binding, by its registered name.
     *
     * @return null when this connection has none of this type
     */
    byte[] data(String type);
}
