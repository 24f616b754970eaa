package org.smtpgate.app.service;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What can be done by a POST to {@code PATH/NAME/ACTION} of the admin server.
 *
 * @param act takes the name and the action; throws {@link java.util.NoSuchElementException} for a name that there is not, and
 *     {@link ConflictException} for what makes no sense now; completes when it has come about
 */
record AdminActions(String path, List<String> names, BiFunction<String, String, Future<Void>> act) {

    /** The message says why it makes no sense now. */
    static final class ConflictException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ConflictException(RuntimeException why) {
            super(why.getMessage(), why);
        }
    }
}
