package org.smtpgate.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.Base64;

/** AUTH, XCLIENT and XFORWARD of one connection to a scripted upstream: who its client is said to be. */
final class IdentityCommands {
    private static final Duration FOREVER = Duration.ZERO;

    private final Voice voice;
    private final Wire wire;
    private final LineStream lines;
    private final SaslAccounts accounts;
    private final UpstreamConnection record;
    private ClientSeen client = ClientSeen.NOBODY;

    /** @param accounts null to take whatever credentials come */
    IdentityCommands(Voice voice, Wire wire, LineStream lines, SaslAccounts accounts, UpstreamConnection record) {
        this.voice = voice;
        this.wire = wire;
        this.lines = lines;
        this.accounts = accounts;
        this.record = record;
    }

    ClientSeen client() {
        return client;
    }

    boolean mayMail() {
        return accounts == null || client.login() != null;
    }

    void transactionOver() {
        client = client.transactionOver();
    }

    void auth(String line, boolean inTransaction) throws IOException, InterruptedException {
        String[] words = line.split(" ");
        if (accounts == null) {
            takeAnyCredentials(words);
        } else if (client.login() != null || inTransaction) {
            voice.reject("503 5.5.1 no AUTH now", "AUTH where it has no place: " + words[1]);
        } else if (!accounts.mechanisms().contains(words[1])) {
            voice.reject("504 5.5.4 no such mechanism", "a mechanism that was not offered: " + words[1]);
        } else {
            login(words[1], words.length < 3 ? null : decoded(words[2].equals("=") ? "" : words[2]));
        }
    }

    private void login(String mechanism, byte[] initial) throws IOException, InterruptedException {
        String user;
        try {
            user = new SaslServer(accounts, this::challenge)
                    .login(mechanism, initial, wire.isTls() ? wire.clientName() : null);
        } catch (SaslServer.Cancelled e) {
            voice.write("501 5.7.0 cancelled");
            return;
        }
        String reply = voice.reply(Stage.AUTH, user == null ? "535 5.7.8 wrong credentials" : "235 2.7.0 ok");
        if (reply.startsWith("235")) {
            client = client.loggedIn(user);
        }
    }

    private byte[] challenge(byte[] challenge) throws IOException {
        voice.write("334 " + Base64.getEncoder().encodeToString(challenge));
        String response = readResponse();
        if (response.equals("*")) {
            throw new SaslServer.Cancelled();
        }
        return decoded(response);
    }

    private String readResponse() throws IOException {
        String response = lines.readLine(FOREVER).text();
        record.command(response);
        return response;
    }

    private static byte[] decoded(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    /** The script can say no. */
    private void takeAnyCredentials(String[] words) throws IOException, InterruptedException {
        int responses = words.length > 1 && words[1].equalsIgnoreCase("LOGIN") ? 2 : 1;
        for (int i = words.length - 2; i < responses; i++) {
            voice.write("334 ");
            readResponse();
        }
        voice.reply(Stage.AUTH, "235 2.7.0 ok");
    }

    void xclient(String line, boolean inTransaction) throws IOException, InterruptedException {
        if (inTransaction) {
            voice.reject("503 5.5.1 XCLIENT in a transaction", "XCLIENT within a transaction");
        } else if (voice.reply(Stage.XCLIENT, "220 upstream.test ESMTP").startsWith("220")) {
            client = client.xclient(line.substring("XCLIENT ".length()));
        }
    }

    void xforward(String line, boolean inTransaction) throws IOException, InterruptedException {
        if (inTransaction) {
            voice.reject("503 5.5.1 XFORWARD in a transaction", "XFORWARD within a transaction");
        } else if (voice.reply(Stage.XFORWARD, "250 2.0.0 ok").startsWith("250")) {
            client = client.xforward(line.substring("XFORWARD ".length()));
        }
    }
}
