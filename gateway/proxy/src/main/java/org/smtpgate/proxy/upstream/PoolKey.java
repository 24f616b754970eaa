package org.smtpgate.proxy.upstream;

/** Which connections of an upstream are alike: those with equal keys may serve each other's principals. */
public record PoolKey(String text) {

    /** Of connections that may serve anybody. */
    public static final PoolKey SHARED = new PoolKey("");

    /** The same, but of one session alone. */
    PoolKey of(String session) {
        return new PoolKey(session + " " + text);
    }
}
