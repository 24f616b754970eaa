package org.smtpgate.app;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** For a container's health check: exits with 0 if {@code /livez} on that port of this machine says 200. */
public final class HealthCheck {
    private static final int TIMEOUT_MS = 2_000;

    private HealthCheck() {}

    public static void main(String[] arguments) {
        System.exit(arguments.length == 1 && lives(arguments[0]) ? 0 : 1);
    }

    private static boolean lives(String port) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/livez").toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
