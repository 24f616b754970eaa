package org.smtpgate.bench.driver;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What each session does; alike for all sessions of a run.
 *
 * @param tls null for none
 * @param resumption whether a session's TLS resumes an earlier one's; else each shakes hands in full
 * @param startTls whether TLS begins with STARTTLS
 * @param auth the AUTH command; null for no login
 * @param messages how many each session sends
 * @param pipelining whether MAIL, RCPT and DATA go out together, right behind the content before them
 * @param idle how long a session rests before its QUIT
 * @param hold whether sessions wait after the login until they are told to go on
 * @param deadline for a whole session, but for the time it is held
 */
record Plan(
        InetSocketAddress target,
        SslContext tls,
        boolean resumption,
        boolean startTls,
        ByteBuf auth,
        int messages,
        boolean pipelining,
        Duration idle,
        boolean hold,
        Duration deadline) {}
