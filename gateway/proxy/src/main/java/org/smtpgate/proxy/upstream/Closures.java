package org.smtpgate.proxy.upstream;

import org.smtpgate.proxy.metrics.ClosedBy;
import org.smtpgate.proxy.metrics.How;
import org.smtpgate.proxy.net.SocketEnd;
import org.smtpgate.smtp.sender.Loss;

/** What the end of a connection is called: of a socket as a {@link Loss}, and of that in the metrics. */
public final class Closures {
    private Closures() {}

    static Loss.Kind kind(SocketEnd end) {
        return switch (end) {
            case FIN, OURS -> Loss.Kind.FIN;
            case RST -> Loss.Kind.RST;
            case TLS -> Loss.Kind.TLS;
        };
    }

    static ClosedBy by(Loss loss) {
        return loss.kind() == Loss.Kind.RETIRED ? ClosedBy.GATEWAY : ClosedBy.UPSTREAM;
    }

    public static How how(Loss loss) {
        return switch (loss.kind()) {
            case FIN -> How.FIN;
            case RST, CONNECT -> How.RST;
            case REPLY_421 -> How.REPLY_421;
            case REPLY_221 -> How.REPLY_221;
            case TIMEOUT -> How.TIMEOUT;
            case TLS -> How.TLS;
            case PROTOCOL, HANDSHAKE, AUTHENTICATION, INTRODUCTION, EARLY_REPLY -> How.PROTOCOL;
            case RETIRED -> How.RETIRED;
        };
    }
}
