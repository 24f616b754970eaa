package org.smtpgate.tokens;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.smtpgate.auth.Settings;

/** Where secrets may go: over HTTPS, or over HTTP within this machine or where the operator insists. */
public record ServerUrl(boolean allowHttp) {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /** A URL of the configuration, over which secrets do not go in the clear. */
    public URI configured(Settings settings, String key, String text) {
        URI url = settings.url(key, text, "https", "http");
        if (!isSafe(url)) {
            throw settings.wrong(
                    key, "must begin with https://, as secrets go there; allow-http: true lets them go in the clear");
        }
        return url;
    }

    /** A URL that a server has given. @throws UnavailableException when it is none, or secrets would go in the clear */
    public URI given(String name, String text) {
        try {
            URI url = new URI(text);
            if (url.getHost() != null && url.getRawUserInfo() == null && isSafe(url)) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Said below: the exception quotes the text.
        }
        throw new UnavailableException("the server's " + name + " is no https:// URL");
    }

    private boolean isSafe(URI url) {
        return "https".equals(url.getScheme())
                || "http".equals(url.getScheme()) && (allowHttp || THIS_MACHINE.contains(url.getHost()));
    }

    /** A URL for messages: without a query, which may hold what is nobody's business. */
    static String name(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
    }
}
