package org.smtpgate.proxy.identity;

import java.util.List;
import org.smtpgate.smtp.Address;

/**
 * Which senders a login may use, where its backend says so by the attribute {@code allowed-senders}: patterns as of
 * {@link LoginPattern}, such as {@code orders@shop.example} or {@code @shop.example}. Without the attribute any, with one
 * that has no value none; the null reverse-path, which stands for nobody, always.
 */
public final class AllowedSenders {
    /** The name of the attribute. */
    public static final String ATTRIBUTE = "allowed-senders";

    private AllowedSenders() {}

    /** Whether this client may send as this sender. */
    public static boolean permit(Principal principal, Address sender) {
        List<String> allowed = principal.attributes().get(ATTRIBUTE);
        return allowed == null
                || sender.isNull()
                || allowed.stream().anyMatch(pattern -> fits(pattern, sender.mailbox()));
    }

    /** What is no pattern fits nobody: a mistake of the backend's must not let everybody through. */
    private static boolean fits(String pattern, String mailbox) {
        try {
            return new LoginPattern(pattern).matches(mailbox);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
