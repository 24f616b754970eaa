package org.smtpgate.proxy.relay;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.smtpgate.proxy.upstream.NoLeaseException;
import org.smtpgate.proxy.upstream.UpstreamConnection;
import org.smtpgate.proxy.upstream.Waiter;

/**
 * One trial of a client's login at its upstream: a connection that is logged in so is leased, and that there is one shows the
 * login to be right. Confined to the session's event loop.
 */
final class LoginTrial {
    private final Context context = Vertx.currentContext();
    private final Promise<Boolean> verdict = Promise.promise();
    private final Tenancy tenancy;
    /** Null once it is over: it knows the credentials, which are not to be kept. */
    private Waiter waiter;

    private boolean abandoned;

    LoginTrial(Tenancy tenancy, Waiter waiter) {
        this.tenancy = tenancy;
        this.waiter = waiter;
        // In a turn of its own: a connection given back within its lease would go from trial to trial by recursion.
        waiter.lease().onComplete((leased, failure) -> context.runOnContext(turn -> answered(leased, failure)));
    }

    /** Whether the upstream takes the login; fails when it could not tell. */
    Future<Boolean> verdict() {
        return verdict.future();
    }

    /** Nobody wants to know any more, perhaps not even what is known already. */
    void abandon() {
        abandoned = true;
        if (waiter != null) {
            waiter.abandon();
        } else {
            tenancy.part();
        }
    }

    private void answered(UpstreamConnection leased, Throwable failure) {
        waiter = null;
        if (failure == null) {
            proven(leased);
        } else if (failure instanceof NoLeaseException why && why.wrongCredentials()) {
            verdict.complete(false);
        } else {
            verdict.fail(failure);
        }
    }

    private void proven(UpstreamConnection connection) {
        connection.provesLogin();
        tenancy.giveBack(connection);
        if (abandoned) {
            tenancy.part();
        }
        verdict.complete(true);
    }
}
