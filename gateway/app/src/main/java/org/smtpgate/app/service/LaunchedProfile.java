package org.smtpgate.app.service;

import java.util.Locale;
import java.util.Optional;
import org.smtpgate.app.config.GatewayConfig.Profile;

/** What profile the launcher has chosen the JVM's options for: it looks for the line before anybody reads the file. */
final class LaunchedProfile {
    /** Set by the launcher. */
    static final String PROPERTY = "smtpgate.profile";

    private LaunchedProfile() {}

    /** What to tell when the file, once read, says something else; nothing where no launcher was at work. */
    static Optional<String> mismatch(Profile profile) {
        return mismatch(profile, System.getProperty(PROPERTY));
    }

    static Optional<String> mismatch(Profile profile, String launched) {
        String configured = profile.name().toLowerCase(Locale.ROOT);
        return launched == null || launched.equals(configured)
                ? Optional.empty()
                : Optional.of("config profile: is " + configured + ", but the JVM was started with the options for "
                        + launched + "; write it as a line of its own, \"profile: " + configured
                        + "\", without a variable");
    }
}
