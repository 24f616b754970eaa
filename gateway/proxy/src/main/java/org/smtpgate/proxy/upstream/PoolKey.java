package org.smtpgate.proxy.upstream;

/** Which connections of an upstream are alike: those with equal keys may serve each other's principals. */
public record PoolKey(String text) {

    /** Of connections that may serve anybody. */
    public static final PoolKey SHARED = new PoolKey("");

    /** Of those for whom no connection can be made, since they have not logged in. */
    static final PoolKey NOBODY = new PoolKey("-");

    /** The same, but of one session alone. */
    PoolKey of(String session) {
        return new PoolKey(session + " " + text);
    }
}
