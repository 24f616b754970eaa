package org.smtpgate.proxy.upstream;

import org.smtpgate.smtp.Reply;
import org.smtpgate.smtp.Stage;
import org.smtpgate.smtp.sender.Loss;

/** Who has an {@link UpstreamConnection} on loan. Called on its event loop only. */
public interface Lessee {

    /** A reply has come, whether or not it is an answer of which {@link #answered} will tell. */
    default void replied() {}

    /** The oldest command that was awaiting its reply has it. */
    void answered(Stage stage, Reply reply);

    /** What the upstream offers is what it offers to whom the transaction is of; see where it begins. */
    default void introduced() {}

    /** The connection is of no more use; it is already off the pool's books. Nothing is called after this. */
    void lost(Loss loss);

    /** The upstream takes content again, after {@link UpstreamConnection#hasRoom()} was false. */
    void drained();
}
