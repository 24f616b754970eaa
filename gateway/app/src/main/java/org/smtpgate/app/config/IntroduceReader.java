package org.smtpgate.app.config;

import org.smtpgate.proxy.upstream.UpstreamSettings.Introduction;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.proxy.upstream.UpstreamSettings.ProxyProtocol;

/** Reads the {@code introduce} section of an upstream. */
final class IntroduceReader {
    private IntroduceReader() {}

    static Introduction read(Section introduce, Pooling pooling) {
        Introduction usual = Introduction.NONE;
        Introduction read = new Introduction(
                introduce.choice("xclient", usual.xclient(), Names::of),
                introduce.flag("xforward", usual.xforward()),
                introduce.choice("proxy-protocol", usual.proxyProtocol(), Names::of),
                introduce.flag("mail-auth", usual.mailAuth()));
        introduce.end();
        if (read.proxyProtocol() != ProxyProtocol.OFF && pooling != Pooling.SESSION) {
            introduce.problem(
                    "proxy-protocol",
                    "needs pooling: session, since the header is for a whole connection and names one client;"
                            + " xclient can be said anew before each message");
        }
        return read;
    }
}
