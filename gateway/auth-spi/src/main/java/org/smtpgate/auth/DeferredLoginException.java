package org.smtpgate.auth;

/** The backend could not tell, or wants the client to come again later, and says so in words of its own. */
public final class DeferredLoginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RefusalReply reply;

    /** @throws IllegalArgumentException for a reply that refuses for good: that is {@link RefusedLoginException} */
    public DeferredLoginException(RefusalReply reply) {
        super("the backend said " + reply, null, false, false);
        if (!reply.temporary()) {
            throw new IllegalArgumentException("refuses for good: " + reply.code());
        }
        this.reply = reply;
    }

    /** What the client is to read. */
    public RefusalReply reply() {
        return reply;
    }
}
