package org.smtpgate.proxy.guessing;

import io.vertx.core.Future;

/**
 * Counts of failed logins that fade with time. Calls come from any event loop and do not block; futures complete on any
 * thread, and fail when the counts are kept elsewhere and cannot be had.
 */
public interface FailureBuckets {

    /** How many more failures are let pass now; 0 when there is no room. */
    Future<Long> room(Bucket bucket, Allowance allowance);

    /** Counts a failure; how many more are let pass after it. */
    Future<Long> failed(Bucket bucket, Allowance allowance);

    /** Called once, after the last of the others. */
    Future<Void> close();
}
