package org.smtpgate.auth.http;

import java.net.URI;
import java.util.Locale;

/**
 * Where a service is asked.
 *
 * @param host a name or an IP address; an IPv6 one without brackets
 * @param uri path and query, as they are sent
 */
record ServiceUrl(boolean secure, String host, int port, String uri) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    static ServiceUrl of(URI url) {
        boolean secure = "https".equals(url.getScheme());
        int usual = secure ? HTTPS : HTTP;
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String host = url.getHost().toLowerCase(Locale.ROOT);
        return new ServiceUrl(
                secure,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                url.getPort() < 0 ? usual : url.getPort(),
                path + query);
    }

    /** As nginx writes it into {@code Host}: without the port, whatever that is. */
    String hostHeader() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** For logs: without the query, which may hold a key. */
    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + hostHeader() + ":" + port;
    }
}
