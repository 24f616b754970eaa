package org.smtpgate.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.smtpgate.proxy.upstream.UpstreamSettings.ProxyProtocol;
import org.smtpgate.smtp.Peer;

/** The header of HAProxy's PROXY protocol (proxy-protocol.txt), which names a client before all else on a connection. */
final class ProxyHeader {
    /** PP2_CLIENT_SSL: the client is connected over TLS. */
    private static final byte OVER_TLS = 1;
    /** It has shown no certificate, so that none was verified. */
    private static final int NOT_VERIFIED = 1;
    /** PP2_SUBTYPE_SSL_CIPHER. */
    private static final byte CIPHER = 0x23;

    /** The encoder cannot spell this one. */
    private static final byte[] UNKNOWN = "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII);

    private ProxyHeader() {}

    /**
     * The octets of the header; null for none.
     *
     * @param peer null for a connection of the gateway's own
     */
    static byte[] of(ProxyProtocol version, Peer peer) {
        if (version == ProxyProtocol.OFF) {
            return null;
        }
        HAProxyProxiedProtocol family = peer == null ? HAProxyProxiedProtocol.UNKNOWN : family(peer);
        if (family != HAProxyProxiedProtocol.UNKNOWN) {
            return encoded(message(version, family, peer));
        }
        return version == ProxyProtocol.V1
                ? UNKNOWN.clone()
                : encoded(
                        new HAProxyMessage(HAProxyProtocolVersion.V2, HAProxyCommand.LOCAL, family, null, null, 0, 0));
    }

    private static byte[] encoded(HAProxyMessage message) {
        EmbeddedChannel encoder = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
        try {
            encoder.writeOutbound(message);
            ByteBuf header = encoder.readOutbound();
            try {
                return ByteBufUtil.getBytes(header);
            } finally {
                header.release();
            }
        } finally {
            encoder.finishAndReleaseAll();
        }
    }

    private static HAProxyMessage message(ProxyProtocol version, HAProxyProxiedProtocol family, Peer peer) {
        boolean binary = version == ProxyProtocol.V2;
        return new HAProxyMessage(
                binary ? HAProxyProtocolVersion.V2 : HAProxyProtocolVersion.V1,
                HAProxyCommand.PROXY,
                family,
                bare(peer.address()),
                bare(peer.localAddress()),
                peer.port(),
                peer.localPort(),
                binary && peer.tls() != null ? List.of(tls(peer.tls())) : List.of());
    }

    private static HAProxyProxiedProtocol family(Peer peer) {
        String source = bare(peer.address());
        String destination = bare(peer.localAddress());
        if (NetUtil.isValidIpV4Address(source) && NetUtil.isValidIpV4Address(destination)) {
            return HAProxyProxiedProtocol.TCP4;
        }
        return NetUtil.isValidIpV6Address(source) && NetUtil.isValidIpV6Address(destination)
                ? HAProxyProxiedProtocol.TCP6
                : HAProxyProxiedProtocol.UNKNOWN;
    }

    private static String bare(String address) {
        return address == null ? "" : Peer.withoutZone(address);
    }

    private static HAProxyTLV tls(String description) {
        String[] parts = description.split("/", 2);
        HAProxyTLV version = new HAProxyTLV(HAProxyTLV.Type.PP2_TYPE_SSL_VERSION, ascii(parts[0]));
        HAProxyTLV cipher = new HAProxyTLV(CIPHER, ascii(parts.length > 1 ? parts[1] : ""));
        return new HAProxySSLTLV(NOT_VERIFIED, OVER_TLS, List.of(version, cipher));
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
