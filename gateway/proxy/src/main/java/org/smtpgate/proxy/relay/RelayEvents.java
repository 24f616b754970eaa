package org.smtpgate.proxy.relay;

import org.smtpgate.proxy.metrics.How;
import org.smtpgate.proxy.metrics.TransactionReport;
import org.smtpgate.smtp.Reply;

/** What a session must hear about its upstream side beside the replies that it asked for. */
public interface RelayEvents {

    /** The open transaction is gone; the command that met this has been answered. */
    void transactionLost();

    /** The upstream takes no more of the content; this is the reply to give at its end. */
    void contentFailed(Reply reply);

    /** The upstream has said something: perhaps no answer to a command, but it does not hang. */
    void upstreamReplied();

    /** Content can be passed on again, or commands, after {@link Relay#hasRoom()} was false. */
    void roomAgain();

    /**
     * The connection that the session keeps to itself was closed while no transaction was open, and it is not to get
     * another one: it ends, if it is idle.
     *
     * @param politely with 221 rather than 421
     */
    void keptConnectionClosed(How how, boolean politely);

    /** The connection that the session keeps to itself was lost in a transaction, and there is no other. */
    void keptConnectionIrreplaceable(How how);

    /** The gateway itself failed; the client must not wait for ever. */
    void failed(RuntimeException fault);

    /** A transaction is over, whichever way. */
    void transactionEnded(TransactionReport report);
}
