package org.smtpgate.auth.http;

import io.vertx.ext.auth.User;
import java.time.Duration;
import org.smtpgate.auth.RefusalReply;

/** What a service said to one question. */
sealed interface Verdict {

    record Accepted(User user) implements Verdict {}

    /**
     * @param reply the service's own words; null where it has none. A temporary one says that it could not tell
     * @param delay how long the client is to wait for the answer
     */
    record Refused(RefusalReply reply, Duration delay) implements Verdict {}

    /** To be asked again, after a while. */
    record Again(Duration delay) implements Verdict {}

    /** No answer that makes sense; the reason is for the log. */
    record Senseless(String reason) implements Verdict {}
}
