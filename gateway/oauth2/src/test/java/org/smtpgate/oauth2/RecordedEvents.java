package org.smtpgate.oauth2;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** All that was told, as text. */
final class RecordedEvents implements TokenEvents {
    private final List<String> told = new CopyOnWriteArrayList<>();

    List<String> told() {
        return told;
    }

    @Override
    public void requested(Optional<TokenFailure> failure, Duration took) {
        told.add("requested " + failure.map(TokenFailure::name).orElse("OK"));
    }

    @Override
    public void served(boolean held) {
        told.add("served " + (held ? "held" : "fetched"));
    }

    @Override
    public void failed(String account, TokenException why, boolean oldServes) {
        told.add("failed " + account + " " + why.failure() + " old=" + oldServes + " " + why.getMessage());
    }

    @Override
    public void refused(String account) {
        told.add("refused " + account);
    }

    @Override
    public void unsaved(String account, String why) {
        told.add("unsaved " + account + " " + why);
    }
}
