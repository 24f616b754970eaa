package org.smtpgate.auth;

/**
 * The credentials are wrong, or not taken for another reason that lasts, and the backend says it in words of its own. To
 * whatever does not ask for these it is like any other {@link InvalidCredentialsException}.
 */
public final class RefusedLoginException extends InvalidCredentialsException {
    private static final long serialVersionUID = 1L;

    private final transient RefusalReply reply;

    /** @throws IllegalArgumentException for a reply that says "come again": that is {@link DeferredLoginException} */
    public RefusedLoginException(RefusalReply reply) {
        if (reply.temporary()) {
            throw new IllegalArgumentException("not a refusal for good: " + reply.code());
        }
        this.reply = reply;
    }

    /** What the client is to read. */
    public RefusalReply reply() {
        return reply;
    }
}
