package org.smtpgate.it.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.smtpgate.it.fixture.RealServers;

/** nginx, as one process. */
public final class NginxServer implements AutoCloseable {
    private static final Path MAIL_MODULE = Path.of("/usr/lib/nginx/modules/ngx_mail_module.so");

    private static final String SETTINGS = """
            %2$s
            daemon off;
            master_process off;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log info;
            events {}
            %3$s
            """;

    private final Daemon daemon;

    private NginxServer(Path path, String modules, int port, String settings) {
        String nginx = RealServers.require("nginx");
        ServerFolder folder = ServerFolder.open(path);
        Path file = folder.write("nginx.conf", SETTINGS.formatted(path, modules, settings));
        this.daemon = new Daemon(
                folder,
                port,
                Map.of(),
                List.of(nginx, "-p", path.toString(), "-e", path + "/error.log", "-c", file.toString()));
    }

    /**
     * Starts one with its mail module, which Debian has in a package of its own.
     *
     * @param port one that the settings have it listen on
     * @param mail what belongs into the section {@code mail}
     */
    public static NginxServer withMail(Path path, int port, String mail) {
        if (!MAIL_MODULE.toFile().exists()) {
            RealServers.missing("nginx' mail module is not installed");
        }
        return new NginxServer(path, "load_module " + MAIL_MODULE + ";", port, "mail {\n" + mail + "\n}");
    }

    /**
     * Starts one that speaks HTTP.
     *
     * @param port one that the settings have it listen on
     * @param http what belongs into the section {@code http}
     */
    public static NginxServer withHttp(Path path, int port, String http) {
        String temporary =
                "client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy; fastcgi_temp_path %1$s/fastcgi;"
                        + " uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi; access_log off;\n";
        return new NginxServer(path, "", port, "http {\n" + temporary.formatted(path) + http + "\n}");
    }

    /** Ends it as a crash does, and waits until it is gone. */
    public void kill() {
        daemon.kill();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
