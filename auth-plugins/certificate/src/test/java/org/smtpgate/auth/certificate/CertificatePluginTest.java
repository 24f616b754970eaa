package org.smtpgate.auth.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.Credentials;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.smtpgate.auth.AuthBackend;
import org.smtpgate.auth.AuthConfigException;
import org.smtpgate.auth.AuthContext;
import org.smtpgate.auth.AuthPlugin;
import org.smtpgate.auth.InvalidCredentialsException;
import org.smtpgate.auth.Origin;
import org.smtpgate.auth.SubmittedCertificate;
import org.smtpgate.auth.SubmittedPassword;
import org.smtpgate.auth.Tls;
import org.smtpgate.auth.UndecidableLoginException;
import org.smtpgate.sasl.CredentialKind;
import org.smtpgate.testkit.TestCertificates;

/** Backends as the gateway makes them, with certificates of a test authority. */
class CertificatePluginTest {
    private static final X509Certificate TIM = TestCertificates.client(
                    "CN=tim,OU=staff,O=Example Ltd",
                    List.of("tim@EXAMPLE.org", "tim@example.net", "spiffe://example.org/ns/mail/sa/tim"))
            .certificate();

    @Test
    void isFoundByItsName() {
        assertThat(ServiceLoader.load(AuthPlugin.class))
                .filteredOn(plugin -> plugin.name().equals("certificate"))
                .hasSize(1);
    }

    @Test
    void acceptsNothingButCertificates() {
        AuthBackend backend = backend("{ \"from\": \"email\" }");

        assertThat(backend.accepts()).containsExactly(CredentialKind.EXTERNAL);
        assertThat(backend.authenticate(new SubmittedPassword("", "tim", "secret", origin(TIM)))
                        .cause())
                .isExactlyInstanceOf(InvalidCredentialsException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ \"from\": \"email\" } | tim@example.org",
                "{ \"from\": \"email\", \"domains\": [ \"Example.NET\" ] } | tim@example.net",
                "{ \"from\": \"email\", \"domains\": [ \"example.com\" ] } |",
                "{ \"from\": \"common-name\" } | tim",
                "{ \"from\": \"common-name\", \"login\": \"$0@example.org\" } | tim@example.org",
                "{ \"from\": \"common-name\", \"pattern\": \"ti\" } |",
                "{ \"from\": \"subject\" } | CN=tim,OU=staff,O=Example Ltd",
                "{ \"from\": \"subject\", \"pattern\": \"CN=([^,]+),OU=([^,]+),.*\", \"login\": \"$2-$1$$\" } | staff-tim$",
                "{ \"from\": \"uri\" } | spiffe://example.org/ns/mail/sa/tim",
                "{ \"from\": \"uri\", \"domains\": \"example.org\", \"pattern\": \"spiffe://[^/]+/ns/([^/]+)/sa/([^/]+)\","
                        + " \"login\": \"$2.$1\" } | tim.mail",
                "{ \"from\": \"uri\", \"domains\": \"example.net\" } |",
                "{ \"from\": \"common-name\", \"pattern\": \"(x)?tim\", \"login\": \"$1\" } |"
            })
    void aRuleFindsTheLogin(String rule, String login) {
        Future<User> answer = logIn(backend(rule), TIM, "");

        if (login == null) {
            assertThat(answer.cause()).isExactlyInstanceOf(InvalidCredentialsException.class);
        } else {
            assertThat(answer.result().subject()).isEqualTo(login);
        }
    }

    @Test
    void theFirstRuleThatFitsCounts() {
        AuthBackend backend =
                backend("{ \"from\": \"email\", \"domains\": [ \"example.com\" ] }", "{ \"from\": \"common-name\" }");

        assertThat(logIn(backend, TIM, "").result().subject()).isEqualTo("tim");
    }

    @Test
    void attributesAreMadeOfTheNameToo() {
        AuthBackend backend = backend("{ \"from\": \"uri\", \"pattern\": \"spiffe://[^/]+/ns/([^/]+)/sa/([^/]+)\","
                + " \"login\": \"$2\", \"attributes\": { \"namespace\": \"$1\", \"kind\": \"machine\" } }");

        assertThat(logIn(backend, TIM, "").result().attributes().getMap())
                .containsEntry("namespace", "mail")
                .containsEntry("kind", "machine");
    }

    /** RFC 4422 appendix A: the client may say which of its identities it means. */
    @Test
    void theClientMayChooseAmongItsOwnNamesAndNoOther() {
        AuthBackend backend = backend("{ \"from\": \"email\" }", "{ \"from\": \"common-name\" }");

        assertThat(logIn(backend, TIM, "tim@example.net").result().subject()).isEqualTo("tim@example.net");
        assertThat(logIn(backend, TIM, "tim").result().subject()).isEqualTo("tim");
        assertThat(logIn(backend, TIM, "boss").cause()).isExactlyInstanceOf(InvalidCredentialsException.class);
    }

    @Test
    void withoutACertificateOrWithOneThatHasEndedNobodyGetsIn() {
        AuthBackend backend = backend("{ \"from\": \"common-name\" }");

        assertThat(logIn(backend, null, "").cause()).isExactlyInstanceOf(InvalidCredentialsException.class);
        assertThat(logIn(backend, TestCertificates.expired().certificate(), "").cause())
                .isExactlyInstanceOf(InvalidCredentialsException.class);
        assertThat(logIn(backend, TestCertificates.server().certificate(), "").succeeded())
                .isTrue();
    }

    @Test
    void aNameOfHundredsOfCharactersIsNobodys() {
        X509Certificate endless = TestCertificates.client("CN=tim", List.of("a".repeat(600) + "@example.org"))
                .certificate();

        assertThat(logIn(backend("{ \"from\": \"email\" }"), endless, "").cause())
                .isExactlyInstanceOf(InvalidCredentialsException.class);
    }

    /** It runs on an event loop; some patterns take twice as long for each character of a name that does not fit. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPatternThatWouldTakeForeverCannotTell() {
        X509Certificate slow =
                TestCertificates.client("CN=" + "a".repeat(60), List.of()).certificate();
        AuthBackend backend = backend("{ \"from\": \"common-name\", \"pattern\": \"(a|aa)+\\\\1b\" }");

        assertThat(logIn(backend, slow, "").cause())
                .isInstanceOf(UndecidableLoginException.class)
                .hasMessage("the pattern (a|aa)+\\1b takes too long for a name in the certificate");
        assertThat(logIn(backend, TIM, "").cause()).isExactlyInstanceOf(InvalidCredentialsException.class);
    }

    @Test
    void theLongestNameIsNoTroubleForAPatternThatLooksForTheLastOfSomething() {
        X509Certificate longest = TestCertificates.client("CN=tim", List.of("a".repeat(500) + "@example.org"))
                .certificate();
        AuthBackend backend = backend("{ \"from\": \"email\", \"pattern\": \"(.*)@(.*)[.]org\", \"login\": \"$2\" }");

        assertThat(logIn(backend, longest, "").result().subject()).isEqualTo("example");
    }

    @Test
    void aClosedBackendSaysThatItCannotTell() {
        AuthBackend backend = backend("{ \"from\": \"email\" }");
        assertThat(backend.close().succeeded()).isTrue();

        assertThat(logIn(backend, TIM, "").cause()).isNotInstanceOf(InvalidCredentialsException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | rules | needs at least one rule, such as [ { from: email } ]",
                "{ 'rules': [] } | rules | needs at least one rule, such as [ { from: email } ]",
                "{ 'rules': [ {} ] } | rules[0].from | is required, such as email",
                "{ 'rules': [ { 'from': 'dns' } ] } | rules[0].from | must be one of subject, common-name, email, uri",
                "{ 'rules': [ { 'from': 'uri', 'patern': 'x' } ] } | rules[0].patern |"
                        + " unknown setting; there are: attributes, domains, from, login, pattern",
                "{ 'rules': [ { 'from': 'uri', 'pattern': '(' } ] } | rules[0].pattern |"
                        + " is not a regular expression: Unclosed group",
                "{ 'rules': [ { 'from': 'uri', 'login': '$1' } ] } | rules[0].login |"
                        + " names $1, but there are $0 to $0, and $$ for a dollar sign",
                "{ 'rules': [ { 'from': 'uri', 'attributes': { 'a': 'b$' } } ] } | rules[0].attributes.a |"
                        + " names $, but there are $0 to $0, and $$ for a dollar sign",
                "{ 'rules': [ { 'from': 'subject', 'domains': [ 'a' ] } ] } | rules[0].domains |"
                        + " has no effect on a subject, which has no domain; leave it out"
            })
    void aMistakeInTheSettingsIsToldWithItsKey(String settings, String key, String message) {
        JsonObject section = new JsonObject(settings.replace('\'', '"'));

        assertThatThrownBy(() -> new CertificatePlugin().create(new AuthContext(null, Path.of("/")), section))
                .isInstanceOfSatisfying(
                        AuthConfigException.class,
                        mistake -> assertThat(mistake.key()).isEqualTo(key))
                .hasMessage(message);
    }

    private static AuthBackend backend(String... rules) {
        JsonObject settings = new JsonObject("{ \"rules\": [ " + String.join(", ", rules) + " ] }");
        return new CertificatePlugin().create(new AuthContext(null, Path.of("/")), settings);
    }

    private static Future<User> logIn(AuthBackend backend, X509Certificate certificate, String authorizationId) {
        Credentials credentials = new SubmittedCertificate(authorizationId, origin(certificate));
        return backend.authenticate(credentials);
    }

    private static Origin origin(X509Certificate certificate) {
        return new Origin(
                "submission",
                "s-1",
                SocketAddress.inetSocketAddress(50587, "192.0.2.7"),
                SocketAddress.inetSocketAddress(465, "192.0.2.2"),
                new Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384", certificate),
                "client.example",
                1);
    }
}
