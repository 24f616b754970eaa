package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.server.NginxServer;

/** The plugin {@code http} before an {@code auth_http} service that a real nginx is, asked in both of nginx' ways. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class NginxServiceOutageTest extends BackendOutageContract {
    private static final String HTTP = """
            map "$http_auth_user $http_auth_pass $http_auth_protocol" $verdict {
                default "Invalid login or password";
                "%s %s smtp" OK;
            }
            server {
                listen 127.0.0.1:%d;
                location /auth {
                    add_header Auth-Status $verdict;
                    add_header Auth-Server 127.0.0.1;
                    add_header Auth-Port 25;
                    add_header Auth-Error-Code "535 5.7.8";
                    return 204;
                }
            }
            """;

    @Parameter
    private boolean keepAlive;

    @Override
    protected AuthServer server(Path serverFolder) {
        int port = Ports.free();
        return new AuthServer() {
            private NginxServer nginx;

            @Override
            public String section() {
                return "{ plugin: http, protocol: nginx, url: \"127.0.0.1:" + port + "/auth\", keep-alive: " + keepAlive
                        + " }";
            }

            @Override
            public void start() {
                nginx = NginxServer.withHttp(
                        serverFolder, port, HTTP.formatted(GatewaySetup.USER, GatewaySetup.PASSWORD, port));
            }

            @Override
            public void kill() {
                nginx.kill();
            }

            @Override
            public void close() {
                if (nginx != null) {
                    nginx.close();
                }
            }
        };
    }
}
