package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.server.PythonServer;

/** The plugin {@code http} before a service that takes and answers JSON, written with what Python has. */
class JsonServiceOutageTest extends BackendOutageContract {
    private static final String SERVICE = """
            import http.server, json, sys

            ACCOUNTS = {"%s": "%s"}

            class Login(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"

                def do_POST(self):
                    question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                    assert question["version"] == 1 and question["kind"] == "password" and question["tls"]["protocol"]
                    right = ACCOUNTS.get(question["login"]) == question["password"]
                    answer = json.dumps({"result": "accepted" if right else "refused"}).encode()
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)

            http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Login).serve_forever()
            """;

    @Override
    protected AuthServer server(Path serverFolder) {
        int port = Ports.free();
        return new AuthServer() {
            private PythonServer python;

            @Override
            public String section() {
                return "{ plugin: http, protocol: json, url: \"http://127.0.0.1:" + port + "/login\" }";
            }

            @Override
            public void start() {
                python = new PythonServer(
                        serverFolder, port, SERVICE.formatted(GatewaySetup.USER, GatewaySetup.PASSWORD));
            }

            @Override
            public void kill() {
                python.kill();
            }

            @Override
            public void close() {
                if (python != null) {
                    python.close();
                }
            }
        };
    }
}
