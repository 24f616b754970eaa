package org.smtpgate.proxy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.smtpgate.proxy.upstream.UpstreamSettings.Introduction;
import org.smtpgate.proxy.upstream.UpstreamSettings.Pooling;
import org.smtpgate.proxy.upstream.UpstreamSettings.ProxyProtocol;
import org.smtpgate.smtp.sender.Introduction.Xclient;
import org.smtpgate.testkit.PeerEnd;
import org.smtpgate.testkit.SmtpClient;
import org.smtpgate.testkit.StepConnection;
import org.smtpgate.testkit.StepUpstream;

/** Who is made known by XCLIENT is dealt with by what the upstream offers after that, to this client. */
class OffersToClientsTest {

    /** As Postfix' {@code smtpd_discard_ehlo_keyword_address_maps} has it: what it offers depends on the client's address. */
    @Test
    void each_client_is_promised_what_the_upstream_offers_to_that_client_and_to_no_other() {
        String withDsn = "250-upstream.test\r\n250-PIPELINING\r\n250-DSN\r\n250 XCLIENT ADDR";
        String without = "250-upstream.test\r\n250-PIPELINING\r\n250 XCLIENT ADDR";
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = gateway(upstream).eventLoops(1).start();
                SmtpClient first = gateway.client()) {
            first.pipeline("MAIL FROM:<a@example.org>");
            try (StepConnection connection = upstream.accept().hello("PIPELINING", "XCLIENT ADDR", "DSN")) {
                xclientGoes(connection, withDsn);
                connection.expect("MAIL FROM:<a@example.org>").send("250 ok");
                first.expect(250);
                first.send("RSET").expect(250);
                connection.expect("RSET").send("250 ok");
                try (SmtpClient second = gateway.client()) {
                    second.pipeline("MAIL FROM:<a@example.org> RET=HDRS", "RCPT TO:<b@example.org>");
                    xclientGoes(connection, without);
                    second.expect(451, "4.5.4");
                    second.expect(503);
                    second.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org> NOTIFY=NEVER");
                    connection.expect("MAIL FROM:<a@example.org>").send("250 ok");
                    second.expect(250);
                    second.expect(451, "4.5.4");
                    second.send("RSET").expect(250);
                    connection.expect("RSET").send("250 ok");
                }
                first.send("EHLO client.test").expect(250);
                first.pipeline("MAIL FROM:<a@example.org> RET=HDRS");
                xclientGoes(connection, withDsn);
                connection.expect("MAIL FROM:<a@example.org> RET=HDRS").send("250 ok");
                first.expect(250);
            }
        }
    }

    @Test
    void on_a_kept_connection_it_waits_for_the_reply_to_rset_and_mail_for_it() {
        String ehlo = "250-upstream.test\r\n250-PIPELINING\r\n250 XCLIENT HELO";
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = gateway(upstream).pooling(Pooling.SESSION).start();
                SmtpClient client = gateway.client()) {
            client.pipeline("MAIL FROM:<a@example.org>");
            try (StepConnection connection = upstream.accept().hello("PIPELINING", "XCLIENT HELO")) {
                connection.expect("XCLIENT HELO=client.test").send("220 upstream.test ESMTP");
                connection.expect("EHLO gate.example.org").send(ehlo);
                connection.expect("MAIL FROM:<a@example.org>").send("250 ok");
                client.expect(250);
                client.send("EHLO other.test").expect(250);
                client.pipeline("MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>");
                connection.expect("RSET").expectOpen(Duration.ofMillis(100)).send("250 ok");
                connection.expect("XCLIENT HELO=other.test").send("220 upstream.test ESMTP");
                connection.expect("EHLO gate.example.org").send(ehlo);
                connection.expect("MAIL FROM:<a@example.org>").expect("RCPT TO:<b@example.org>");
                connection.send("250 ok\r\n550 no");
                client.expect(250);
                client.expect(550);
            }
        }
    }

    @Test
    void a_client_that_breaks_off_meanwhile_takes_the_connection_with_it() {
        try (StepUpstream upstream = new StepUpstream();
                TestGateway gateway = gateway(upstream).start();
                SmtpClient client = gateway.client()) {
            client.pipeline("MAIL FROM:<a@example.org>");
            try (StepConnection connection = upstream.accept().hello("PIPELINING", "XCLIENT ADDR")) {
                connection.expect("XCLIENT ADDR=127.0.0.1");
                client.reset();
                connection.expectEnd(PeerEnd.CLEAN);
            }
        }
    }

    private static void xclientGoes(StepConnection connection, String ehlo) {
        connection.expect("XCLIENT ADDR=127.0.0.1").send("220 upstream.test ESMTP");
        connection.expect("EHLO gate.example.org").send(ehlo);
    }

    private static TestGateway.Builder gateway(StepUpstream upstream) {
        return TestGateway.inFrontOf(upstream.port())
                .auth(false, true)
                .introduction(new Introduction(Xclient.REFUSE, false, ProxyProtocol.OFF, false));
    }
}
