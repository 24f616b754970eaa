package org.smtpgate.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** Serves one connection of a scripted upstream, on its own thread. */
final class UpstreamSession {
    private static final Duration FOREVER = Duration.ZERO;

    private final Wire wire;
    private final LineStream lines;
    private final UpstreamSettings settings;
    private final Ledger ledger;
    private final UpstreamConnection record;
    private final Voice voice;
    private final IdentityCommands identity;
    private final UpstreamContent content;

    private final List<String> rcpts = new ArrayList<>();
    private String mail;

    UpstreamSession(Wire wire, UpstreamSettings settings, Script script, Ledger ledger, UpstreamConnection record) {
        this.wire = wire;
        this.settings = settings;
        this.ledger = ledger;
        this.record = record;
        lines = new LineStream(wire);
        voice = new Voice(wire, settings, script, ledger, record);
        content = new UpstreamContent(lines, settings, script, voice);
        identity = new IdentityCommands(voice, wire, lines, settings.accounts(), record);
    }

    /** Serves until both sides have ended. */
    void serve() throws InterruptedException {
        untilEnded(() -> {
            greet();
            takeCommands();
        });
    }

    /** Tells a client that it is one too many, and waits for its end. */
    void turnAway() throws InterruptedException {
        untilEnded(() -> {
            if (settings.transport() == Transport.IMPLICIT_TLS) {
                beginTls();
            }
            voice.write("421 4.7.0 Too many connections");
            wire.finish();
        });
    }

    private interface Part {
        void play() throws IOException, InterruptedException;
    }

    private void untilEnded(Part part) throws InterruptedException {
        try {
            try {
                part.play();
            } catch (Voice.Due due) {
                inflict(due.fault());
            }
            drain();
        } catch (EndOfWire e) {
            record.ended(e.end());
        } catch (IOException e) {
            ledger.violation(record, "while reading: " + e);
            record.ended(PeerEnd.CLOSED_HERE);
        }
    }

    /** Does this to the connection, from any thread; the session answers nothing more. */
    void inflict(Fault fault) throws IOException {
        voice.inflict(fault);
    }

    private void greet() throws IOException, InterruptedException {
        voice.reach(Stage.ACCEPT, "");
        if (settings.proxied()) {
            record.proxied(new ProxyPreface(wire).read());
        }
        if (settings.transport() == Transport.IMPLICIT_TLS) {
            beginTls();
        }
        voice.before(Stage.GREETING);
        voice.reply(Stage.GREETING, settings.greeting());
    }

    private void takeCommands() throws IOException, InterruptedException {
        while (!voice.gone() && !record.quit()) {
            LineStream.Line line = lines.readLine(FOREVER);
            if (voice.gone()) {
                return;
            }
            record.command(line.text());
            if (!line.crlf() || line.text().indexOf('\r') >= 0) {
                ledger.violation(record, "a bare newline in " + line.text());
            }
            perform(line.text());
        }
    }

    private void perform(String line) throws IOException, InterruptedException {
        String verb = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO", "HELO", "LHLO" -> hello(verb);
            case "STARTTLS" -> startTls();
            case "AUTH" -> identity.auth(line, mail != null);
            case "XCLIENT" -> identity.xclient(line, mail != null);
            case "XFORWARD" -> identity.xforward(line, mail != null);
            case "MAIL" -> mail(line);
            case "RCPT" -> rcpt(line);
            case "DATA" -> data();
            case "BDAT" -> bdat(line);
            case "RSET" -> rset();
            case "NOOP" -> voice.reply(Stage.NOOP, "250 2.0.0 ok");
            case "QUIT" -> quit();
            default -> voice.reject("500 5.5.2 what?", "an unknown command: " + line);
        }
    }

    private void hello(String verb) throws IOException, InterruptedException {
        if (verb.equals("LHLO") != settings.lmtp()) {
            voice.reject("500 5.5.1 what?", verb + " in another protocol");
            return;
        }
        forget();
        voice.reply(Stage.EHLO, settings.ehloReply(wire.isTls()));
    }

    private void startTls() throws IOException, InterruptedException {
        if (!settings.startTlsPending(wire.isTls())) {
            voice.reject("503 5.5.1 no STARTTLS here", "STARTTLS where it was not offered");
            return;
        }
        if (lines.buffered() > 0) {
            ledger.violation(record, "plaintext behind STARTTLS: " + lines.discardBuffered());
        }
        String reply;
        try {
            reply = voice.reach(Stage.STARTTLS, "220 2.0.0 go ahead");
        } catch (Voice.Due due) {
            if (due.fault() == Fault.TLS_ABORT) {
                voice.write("220 2.0.0 go ahead");
                awaitClientHello();
            }
            throw due;
        }
        voice.write(reply);
        if (reply.startsWith("220")) {
            beginTls();
            voice.before(Stage.STARTTLS);
        }
    }

    private void awaitClientHello() throws IOException {
        lines.take(FOREVER, (bytes, from, to) -> to - from);
    }

    private void beginTls() throws IOException {
        var engine = settings.tls().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setWantClientAuth(true);
        try {
            wire.startTls(engine, FOREVER);
        } catch (EndOfWire e) {
            throw e;
        } catch (IOException e) {
            throw new EndOfWire(PeerEnd.ALERT, "while beginning TLS: " + e.getMessage());
        }
        record.tlsBegun();
    }

    private void mail(String line) throws IOException, InterruptedException {
        if (mail != null) {
            voice.reject("503 5.5.1 nested MAIL", "MAIL within a transaction");
        } else if (!identity.mayMail()) {
            voice.reject("530 5.7.0 authentication required", "MAIL before AUTH");
        } else if (positive(voice.reply(Stage.MAIL, "250 2.1.0 ok"))) {
            mail = line;
        }
    }

    private void rcpt(String line) throws IOException, InterruptedException {
        if (mail == null) {
            voice.reject("503 5.5.1 MAIL first", null);
        } else if (positive(voice.reply(Stage.RCPT, "250 2.1.5 ok"))) {
            rcpts.add(line);
        }
    }

    private void data() throws IOException, InterruptedException {
        if (rcpts.isEmpty()) {
            voice.reject("503 5.5.1 RCPT first", null);
        } else if (content.begun()) {
            voice.reject("503 5.5.1 DATA among chunks", "DATA among chunks");
        } else if (voice.reply(Stage.DATA, "354 go ahead").startsWith("354")) {
            content.readData();
            endOfData();
        }
    }

    private void bdat(String line) throws IOException, InterruptedException {
        String[] words = line.split(" ");
        long size = Long.parseLong(words[1]);
        if (!settings.offersChunking()) {
            content.passOver(size);
            voice.reject("500 5.5.2 what?", "BDAT where CHUNKING was not offered");
        } else if (rcpts.isEmpty()) {
            content.passOver(size);
            voice.reject("503 5.5.1 RCPT first", null);
        } else {
            content.readChunk(size, words.length > 2);
            chunkRead(size);
        }
    }

    private void chunkRead(long size) throws IOException, InterruptedException {
        if (content.ended()) {
            endOfData();
        } else if (!voice.gone() && !positive(voice.reply(Stage.BDAT, "250 2.0.0 " + size + " octets"))) {
            forget();
        }
    }

    private void endOfData() throws IOException, InterruptedException {
        if (!content.ended()) {
            return;
        }
        record.endOfData();
        Deque<List<String>> unanswered = new ArrayDeque<>(messages());
        try {
            while (!unanswered.isEmpty()) {
                String reply = voice.reach(Stage.END_OF_DATA, "250 2.0.0 ok queued");
                received(unanswered.remove(), reply);
                voice.write(reply);
            }
        } finally {
            unanswered.forEach(to -> received(to, ""));
            over();
        }
        voice.before(Stage.END_OF_DATA);
    }

    /** The recipients of each message that the content is. */
    private List<List<String>> messages() {
        return settings.lmtp() ? rcpts.stream().map(List::of).toList() : List.of(List.copyOf(rcpts));
    }

    /** The message is entered before it is answered: who reads the answer may look at once. */
    private void received(List<String> to, String reply) {
        ledger.add(new Message(
                content.tap().testId(),
                record.number(),
                mail,
                to,
                content.tap().size(),
                content.tap().digest(),
                content.tap().content(),
                content.tap().bareNewline(),
                content.chunks(),
                identity.client(),
                reply));
    }

    private void over() {
        forget();
        identity.transactionOver();
    }

    private void rset() throws IOException, InterruptedException {
        over();
        voice.reply(Stage.RSET, "250 2.0.0 ok");
    }

    private void quit() throws IOException, InterruptedException {
        record.quitSaid();
        voice.reply(Stage.QUIT, "221 2.0.0 bye");
        wire.finish();
    }

    private void forget() {
        mail = null;
        rcpts.clear();
        content.forget();
    }

    /** Reads what still comes, so that the end of data and the other side's end are seen even after a fault. */
    private void drain() throws IOException {
        while (true) {
            if (content.ended()) {
                record.endOfData();
                messages().forEach(to -> received(to, ""));
                over();
            }
            content.takeSilently();
        }
    }

    private static boolean positive(String reply) {
        return reply.startsWith("25");
    }
}
