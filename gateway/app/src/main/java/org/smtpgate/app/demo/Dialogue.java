package org.smtpgate.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** One message sent as a mail client sends it, with every line on the screen, and the password on none. */
final class Dialogue {
    private static final int TIMEOUT_MS = 20_000;

    private final PrintWriter screen;
    private Socket socket;
    private BufferedReader in;

    Dialogue(PrintWriter screen) {
        this.screen = screen;
    }

    /** @throws IOException when any reply is not the one that success has */
    void send(int port, Path certificate, String user, String password) throws IOException {
        open(new Socket("127.0.0.1", port));
        try {
            expect("220");
            say("EHLO laptop.example.org", "250");
            say("STARTTLS", "220");
            open(encrypted(certificate, port));
            screen.println("   (TLS " + ((SSLSocket) socket).getSession().getProtocol() + ")");
            say("EHLO laptop.example.org", "250");
            authenticate(user, password);
            say("MAIL FROM:<alice@example.org>", "250");
            say("RCPT TO:<bob@example.org>", "250");
            say("DATA", "354");
            for (String line : new String[] {
                "From: alice@example.org", "To: bob@example.org", "Subject: Hello", "", "Hello through the gateway!"
            }) {
                write(line);
            }
            say(".", "250");
            say("QUIT", "221");
        } finally {
            socket.close();
        }
    }

    private void authenticate(String user, String password) throws IOException {
        byte[] response = ("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8);
        screen.println("C: AUTH PLAIN ***");
        transmit("AUTH PLAIN " + Base64.getEncoder().encodeToString(response));
        expect("235");
    }

    private void open(Socket opened) throws IOException {
        socket = opened;
        socket.setSoTimeout(TIMEOUT_MS);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private SSLSocket encrypted(Path certificate, int port) throws IOException {
        try (var pem = Files.newInputStream(certificate)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "demo", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", port, true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up", e);
        }
    }

    private void say(String line, String expected) throws IOException {
        write(line);
        expect(expected);
    }

    private void write(String line) throws IOException {
        screen.println("C: " + line);
        transmit(line);
    }

    private void transmit(String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private void expect(String code) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            screen.println("S: " + line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                if (line.startsWith(code)) {
                    return;
                }
                throw new IOException("expected " + code + ", but the gateway said: " + line);
            }
        }
        throw new IOException("the gateway closed the connection");
    }
}
