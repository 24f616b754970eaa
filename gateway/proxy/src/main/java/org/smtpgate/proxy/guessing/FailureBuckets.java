package org.smtpgate.proxy.guessing;

import io.vertx.core.Future;

/**
 * Counts of failed logins that fade with time. Calls come from any event loop and do not block; futures complete on any
 * thread, and fail when the counts are kept elsewhere and cannot be had.
 */
public interface FailureBuckets {

    /** How many more failures are let pass now; 0 or less when there is no room. */
    Future<Long> room(Bucket bucket, Allowance allowance);

    /**
     * Counts a failure, even if there is no room for it: of many that are tried at the same time, all were let pass before
     * the first had failed. How many more are let pass after it; what is less than 0 has to fade first, and is never more
     * than the allowance is: guessers elsewhere cannot shut out a login for days.
     */
    Future<Long> failed(Bucket bucket, Allowance allowance);

    /** Called once, after the last of the others. */
    Future<Void> close();
}
