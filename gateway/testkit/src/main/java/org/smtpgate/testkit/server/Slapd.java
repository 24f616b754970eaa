package org.smtpgate.testkit.server;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.smtpgate.testkit.TestCertificates;
import org.smtpgate.testkit.TestIdentity;

/**
 * A real slapd (OpenLDAP) on loopback for {@value #SUFFIX}, with ldap, StartTLS and ldaps. Its ports and its data stay the
 * same however often it is started.
 */
public final class Slapd implements AutoCloseable {
    public static final String SUFFIX = "dc=example,dc=org";
    public static final String PEOPLE = "ou=people," + SUFFIX;
    public static final String GROUPS = "ou=groups," + SUFFIX;

    /** May read everything but passwords. */
    public static final String READER = "cn=gateway," + SUFFIX;

    public static final String READER_PASSWORD = "Rd4-service-sparrow";
    public static final String ROOT = "cn=root," + SUFFIX;
    public static final String ROOT_PASSWORD = "Rt8-root-raven";

    private static final List<String> SCHEMAS = List.of("core", "cosine", "inetorgperson");
    private static final String CONFIGURATION = """
            modulepath /usr/lib/ldap
            moduleload back_mdb
            moduleload ppolicy
            moduleload memberof
            pidfile %1$s/pid
            TLSCACertificateFile %1$s/authority.crt
            TLSCertificateFile %1$s/tls.crt
            TLSCertificateKeyFile %1$s/tls.key
            %2$s
            database mdb
            suffix "%3$s"
            rootdn "%4$s"
            rootpw %5$s
            directory %1$s/data
            overlay memberof
            overlay ppolicy
            ppolicy_default "cn=policy,%3$s"
            ppolicy_use_lockout
            access to attrs=userPassword by self write by anonymous auth by * none
            access to * by dn="%6$s" read by self read by * none
            """;
    private static final String TREE = """
            dn: %1$s
            objectClass: dcObject
            objectClass: organization
            dc: example
            o: Example

            dn: ou=people,%1$s
            objectClass: organizationalUnit
            ou: people

            dn: ou=groups,%1$s
            objectClass: organizationalUnit
            ou: groups

            dn: cn=policy,%1$s
            objectClass: organizationalRole
            objectClass: pwdPolicy
            cn: policy
            pwdAttribute: userPassword
            pwdMustChange: TRUE
            pwdLockout: TRUE

            dn: %2$s
            objectClass: organizationalRole
            objectClass: simpleSecurityObject
            cn: gateway
            userPassword: %3$s

            """;
    private static final String PERSON = """
            dn: %1$s
            objectClass: inetOrgPerson
            uid: %2$s
            cn: %2$s
            sn: %2$s
            userPassword: %3$s
            """;

    private final Path folder;
    private final int port = Ports.free();
    private final int tlsPort = Ports.free();
    private final StringBuilder entries = new StringBuilder();
    private final List<String> settings = new ArrayList<>();
    private TestIdentity identity = TestCertificates.server();
    private ServerProcess process;

    private Slapd(Path folder) {
        this.folder = folder;
        entries.append(TREE.formatted(SUFFIX, READER, READER_PASSWORD));
    }

    /** One that keeps its files in an empty folder, and is not started yet; a test without slapd ends here. */
    public static Slapd in(Path folder) {
        RealServers.require("slapd");
        return new Slapd(folder);
    }

    /** A person among {@link #PEOPLE}, with the password in clear, or in a scheme of slapd's; before the first start. */
    public Slapd person(String uid, String password, String... attributes) {
        return entry(PERSON.formatted(dn(uid), uid, password) + lines(attributes));
    }

    private static String lines(String... lines) {
        return List.of(lines).stream().map(line -> line + "\n").collect(joining());
    }

    /** An entry in LDIF; before the first start. */
    public Slapd entry(String ldif) {
        entries.append(ldif.strip()).append("\n\n");
        return this;
    }

    /** More of its configuration, for all databases; before the first start. */
    public Slapd setting(String line) {
        settings.add(line);
        return this;
    }

    /** The certificate that it shows; before the first start. */
    public Slapd identity(TestIdentity shown) {
        identity = shown;
        return this;
    }

    /** The name of a person's entry. */
    public static String dn(String uid) {
        return "uid=" + uid + "," + PEOPLE;
    }

    /** Starts it, and returns when it answers. */
    public Slapd start() {
        if (!Files.exists(folder.resolve("data"))) {
            create();
        }
        String urls = "ldap://127.0.0.1:" + port + " ldaps://127.0.0.1:" + tlsPort;
        process = ServerProcess.start(
                List.of(RealServers.require("slapd"), "-d", "stats", "-f", configuration(), "-h", urls),
                folder.resolve("output"),
                () -> Ports.answers(port) && Ports.answers(tlsPort));
        return this;
    }

    private void create() {
        try {
            Files.createDirectory(folder.resolve("data"));
            Files.writeString(folder.resolve("authority.crt"), TestCertificates.authorityPem());
            identity.writeTo(folder);
            String schemas = SCHEMAS.stream()
                    .map(name -> "include /etc/ldap/schema/" + name + ".schema\n")
                    .collect(joining());
            Files.writeString(
                    folder.resolve("slapd.conf"),
                    schemas
                            + CONFIGURATION.formatted(
                                    folder, String.join("\n", settings), SUFFIX, ROOT, ROOT_PASSWORD, READER));
            Path ldif = Files.writeString(folder.resolve("entries.ldif"), entries.toString());
            load(ldif);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void load(Path ldif) throws IOException {
        Path output = folder.resolve("slapadd");
        Process loading = new ProcessBuilder(
                        RealServers.require("slapadd"), "-f", configuration(), "-l", ldif.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!loading.waitFor(30, TimeUnit.SECONDS) || loading.exitValue() != 0) {
                loading.destroyForcibly();
                throw new AssertionError("slapadd: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            loading.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while loading entries", e);
        }
    }

    private String configuration() {
        return folder.resolve("slapd.conf").toString();
    }

    /** For ldap, with StartTLS or without. */
    public int port() {
        return port;
    }

    /** For ldaps. */
    public int tlsPort() {
        return tlsPort;
    }

    /** How often somebody has bound with a password, whatever came of it. */
    public long binds() {
        return process.output()
                .lines()
                .filter(line -> line.contains(" BIND dn=") && line.contains("method=128"))
                .count();
    }

    /** What it has logged so far: each operation, with its result. */
    public String log() {
        return process.output();
    }

    /** Ends it as a crash does; returns when it is gone. */
    public void kill() {
        process.kill();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
