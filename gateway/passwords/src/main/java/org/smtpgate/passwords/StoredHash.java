package org.smtpgate.passwords;

/** A password as it is stored, mostly its hash. Immutable; never printed. */
public interface StoredHash {

    /** Scheme and cost, such as {@code bcrypt cost 10}; two hashes of one kind take equally long to check. */
    String kind();

    /**
     * Whether this is the password's hash. Slow on purpose, unless it is {@link #quick}; the comparison takes the same
     * time wherever they differ.
     *
     * @param password in UTF-8; overwritten with zeros by some schemes
     */
    boolean matches(byte[] password);

    /** Whether to check it takes microseconds, so that an event loop may do it: a thread would cost more than the hash. */
    default boolean quick() {
        return false;
    }
}
