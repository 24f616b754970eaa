package org.smtpgate.proxy.net;

import java.util.regex.Pattern;

/** What is told of a failure. Safe for any thread. */
public final class Failures {
    private static final Pattern NATIVE_PREFIX = Pattern.compile("\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

    private Failures() {}

    /** Its text with that of the cause at the bottom: only this says what is wrong with a certificate. */
    public static String reason(Throwable failure) {
        String told = plain(failure);
        String why = plain(root(failure));
        return told.contains(why) ? told : told + ": " + why;
    }

    /** The cause at the bottom. */
    static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** Without what a native transport puts in front: the system call, and the number of the error. */
    private static String plain(Throwable failure) {
        return NATIVE_PREFIX.matcher(String.valueOf(failure.getMessage())).replaceAll("");
    }
}
