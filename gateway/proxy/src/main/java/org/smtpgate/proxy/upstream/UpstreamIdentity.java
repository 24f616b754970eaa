package org.smtpgate.proxy.upstream;

import org.smtpgate.proxy.identity.Principal;

/** As whom the gateway logs in at an upstream. */
public sealed interface UpstreamIdentity {

    /** Which connections may serve this principal. */
    PoolKey key(Principal principal);

    /** Not at all. */
    record None() implements UpstreamIdentity {
        @Override
        public PoolKey key(Principal principal) {
            return PoolKey.SHARED;
        }
    }
}
