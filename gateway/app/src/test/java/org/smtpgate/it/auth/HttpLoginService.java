package org.smtpgate.it.auth;

import java.nio.file.Path;
import org.smtpgate.it.fixture.GatewaySetup;
import org.smtpgate.it.fixture.Ports;
import org.smtpgate.it.server.PythonServer;

/**
 * A service for the plugin {@code http}, written with what Python has, that judges passwords, digests and certificates in both
 * protocols, and tokens in JSON. Of a certificate it looks at the subject: {@code CN=anna} is {@code anna@example.org}.
 */
final class HttpLoginService implements AutoCloseable {
    private static final String SERVICE = """
            import hashlib, hmac, http.server, json, sys
            from urllib.parse import unquote

            USER, PASSWORD, TOKEN = "%s", "%s", "%s"
            SUBJECT = "CN=" + USER.split("@")[0]

            def digest_fits(challenge, digest):
                return hmac.compare_digest(hmac.new(PASSWORD.encode(), challenge.encode(), hashlib.md5).hexdigest(), digest)

            def judged(kind, user, secret, challenge, subject):
                return user == USER and {
                    "password": lambda: secret == PASSWORD,
                    "token": lambda: secret == TOKEN,
                    "digest": lambda: digest_fits(challenge, secret),
                    "external": lambda: subject == SUBJECT,
                }[kind]()

            class Login(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"

                def do_GET(self):
                    says = self.headers
                    kind = {"plain": "password", "cram-md5": "digest", "external": "external"}[says["Auth-Method"]]
                    subject = says["Auth-SSL-Subject"] if says["Auth-SSL-Verify"] == "SUCCESS" else None
                    right = judged(kind, unquote(says["Auth-User"]), unquote(says["Auth-Pass"]), says["Auth-Salt"], subject)
                    self.send_response(200)
                    self.send_header("Auth-Status", "OK" if right else "Invalid login or password")
                    self.send_header("Auth-Server", "127.0.0.1")
                    self.send_header("Auth-Port", "25")
                    self.send_header("Content-Length", "0")
                    self.end_headers()

                def do_POST(self):
                    asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                    kind = asked["kind"]
                    certificate = asked["tls"]["certificate"] or {"subject": None}
                    user = asked["authzid"] if kind == "external" else asked["login"]
                    secret = asked.get(kind)
                    right = judged(kind, user, secret, asked.get("challenge"), certificate["subject"])
                    answer = {"result": "accepted", "login": USER} if right else {"result": "refused"}
                    body = json.dumps(answer).encode()
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Login).serve_forever()
            """;

    private final int port = Ports.free();
    private final PythonServer python;

    /** Starts it. */
    HttpLoginService(Path folder, String token) {
        python = new PythonServer(folder, port, SERVICE.formatted(GatewaySetup.USER, GatewaySetup.PASSWORD, token));
    }

    String nginxSection() {
        return "{ plugin: http, protocol: nginx, url: \"127.0.0.1:" + port
                + "/auth\", credentials: [ password, digest, external ] }";
    }

    String jsonSection() {
        return "{ plugin: http, protocol: json, url: \"http://127.0.0.1:" + port
                + "/login\", credentials: [ password, token, digest, external ] }";
    }

    @Override
    public void close() {
        python.close();
    }
}
