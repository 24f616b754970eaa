package org.smtpgate.smtp.sender;

import org.smtpgate.smtp.Reply;

/**
 * Why an upstream connection is of no more use: a closure in the words of the closure contract.
 *
 * @param reply what the upstream said at last; null when it said nothing
 * @param text for logs: what was seen, and while doing what
 */
public record Loss(Kind kind, Reply reply, String text) {
    /** A reply may have many lines, and this one is for logs and pages. */
    private static final int REPLY_TEXT_MOST = 512;

    /** The kinds of closure. */
    public enum Kind {
        /** TCP was refused, timed out, or the name was not found. */
        CONNECT,
        FIN,
        RST,
        /** A 421, asked or not. */
        REPLY_421,
        /** A 221 that answers no QUIT. */
        REPLY_221,
        TIMEOUT,
        /** A handshake failed, or TLS broke. */
        TLS,
        /** A reply that has no place where it came, or bytes that are none. */
        PROTOCOL,
        /** A step of the handshake was refused. */
        HANDSHAKE,
        /** The login was refused, or cannot be had. */
        AUTHENTICATION,
        /** The upstream will not be told who the client is, or takes it for another one. */
        INTRODUCTION,
        /** The content was refused before its end. */
        EARLY_REPLY,
        /** The gateway closed it. */
        RETIRED
    }

    @Override
    public String toString() {
        return kind + " (" + text + (reply == null ? "" : ": " + cut(reply.toString())) + ")";
    }

    private static String cut(String said) {
        return said.length() <= REPLY_TEXT_MOST ? said : said.substring(0, REPLY_TEXT_MOST) + "…";
    }
}
