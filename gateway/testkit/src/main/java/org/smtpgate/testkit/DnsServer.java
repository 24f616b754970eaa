package org.smtpgate.testkit;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A name server on a port of loopback, over UDP and TCP, that can be made to fail. It speaks for all names: what is not in
 * its zone does not exist. Its threads are daemons and end with {@link #close()}.
 */
public final class DnsServer implements AutoCloseable {
    private static final int UDP_OCTETS_MAX = 4_096;
    private static final int HEADER = 12;
    private static final int RESPONSE = 0x8180;
    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int NOT_FOUND = 3;

    private final DnsZone zone = new DnsZone();
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private final DatagramSocket datagrams;
    private final ServerSocket server;
    private volatile Mood mood = Mood.WELL;
    private volatile String only = "";
    private volatile int negativeSeconds = 1;
    private volatile boolean truncating;
    private volatile boolean followingAliases = true;

    /** How it answers. */
    public enum Mood {
        WELL(0),
        SILENT(-1),
        FORMAT_ERROR(1),
        SERVER_FAILURE(2),
        REFUSED(5),
        GARBAGE(-1);

        private final int code;

        Mood(int code) {
            this.code = code;
        }
    }

    public DnsServer() {
        ServerSocket listening = null;
        DatagramSocket receiving = null;
        for (int tries = 1; receiving == null; tries++) {
            try {
                listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                receiving = datagrams(listening);
            } catch (IOException e) {
                if (tries == 50) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        server = listening;
        datagrams = receiving;
        start(this::answerDatagrams);
        start(this::answerConnections);
    }

    /** On the same port, which somebody may have for datagrams. */
    private static DatagramSocket datagrams(ServerSocket server) throws IOException {
        try {
            return new DatagramSocket(server.getLocalPort(), InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "dns-server");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return datagrams.getLocalPort();
    }

    public DnsZone zone() {
        return zone;
    }

    /** From now on it answers like that. */
    public DnsServer mood(Mood now) {
        only = "";
        mood = now;
        return this;
    }

    /** From now on it answers questions of one type, such as {@code AAAA}, like that, and others well. */
    public DnsServer mood(Mood now, String type) {
        only = type;
        mood = now;
        return this;
    }

    /** For how long it holds that there is nothing; 1 unless it is set. */
    public DnsServer negativeSeconds(int seconds) {
        negativeSeconds = seconds;
        return this;
    }

    /** From now on no answer fits into a datagram. */
    public DnsServer truncating() {
        truncating = true;
        return this;
    }

    /** From now on an alias is all that is said of it. */
    public DnsServer notFollowingAliases() {
        followingAliases = false;
        return this;
    }

    /** What was asked, such as {@code mail.example.net. A}, in order; what came over TCP has {@code tcp} behind it. */
    public List<String> questions() {
        return List.copyOf(questions);
    }

    private void answerDatagrams() {
        byte[] buffer = new byte[UDP_OCTETS_MAX];
        while (!datagrams.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                datagrams.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(buffer, 0, packet.getLength()), false);
                if (answer != null) {
                    datagrams.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // It is being closed, or who asked is gone.
            }
        }
    }

    private void answerConnections() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(5_000);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] question = new byte[in.readUnsignedShort()];
                in.readFully(question);
                byte[] answer = answer(ByteBuffer.wrap(question), true);
                if (answer != null) {
                    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                    out.writeShort(answer.length);
                    out.write(answer);
                    out.flush();
                }
            } catch (IOException e) {
                // It is being closed, or who asked is gone.
            }
        }
    }

    /** Null for none. */
    private byte[] answer(ByteBuffer message, boolean tcp) {
        int id = message.getShort();
        message.position(HEADER);
        String name = readName(message);
        int type = message.getShort();
        byte[] question = DnsZone.join(DnsZone.name(name), DnsZone.number(type), DnsZone.number(1));
        questions.add(name + " " + typeName(type) + (tcp ? " tcp" : ""));
        Mood now = only.isEmpty() || only.equals(typeName(type)) ? mood : Mood.WELL;
        if (now == Mood.SILENT) {
            return null;
        }
        if (now == Mood.GARBAGE) {
            return DnsZone.join(header(id, RESPONSE, 1, 0), question, new byte[] {(byte) 0xc0, (byte) 0xff, 1, 2});
        }
        if (now != Mood.WELL) {
            return DnsZone.join(header(id, RESPONSE | now.code, 0, 0), question);
        }
        if (truncating && !tcp) {
            return DnsZone.join(header(id, RESPONSE | TRUNCATED, 0, 0), question);
        }
        return well(id, name, type, question);
    }

    private byte[] well(int id, String asked, int type, byte[] question) {
        List<byte[]> records = new ArrayList<>();
        String name = asked;
        List<DnsZone.Row> rows = zone.of(name);
        for (int hops = 0; rows != null && hops < 20; hops++) {
            String target = null;
            for (DnsZone.Row row : rows) {
                if (row.type() == type || row.type() == DnsZone.CNAME) {
                    records.add(record(name, row));
                    target = row.type() == DnsZone.CNAME ? readName(ByteBuffer.wrap(row.data())) : null;
                }
            }
            if (target == null || !followingAliases) {
                break;
            }
            name = target;
            rows = zone.of(name);
        }
        int code = RESPONSE | AUTHORITATIVE | (rows == null ? NOT_FOUND : 0);
        boolean none = records.isEmpty();
        byte[] all = DnsZone.join(
                header(id, code, records.size(), none ? 1 : 0), question, DnsZone.join(records.toArray(byte[][]::new)));
        return none ? DnsZone.join(all, authority()) : all;
    }

    private byte[] authority() {
        byte[] numbers = ByteBuffer.allocate(20)
                .putInt(1)
                .putInt(3600)
                .putInt(600)
                .putInt(86_400)
                .putInt(negativeSeconds)
                .array();
        byte[] data = DnsZone.join(DnsZone.name("ns."), DnsZone.name("hostmaster."), numbers);
        return record(".", new DnsZone.Row(DnsZone.SOA, 3600, data));
    }

    private static byte[] record(String name, DnsZone.Row row) {
        byte[] seconds = ByteBuffer.allocate(4).putInt(row.seconds()).array();
        return DnsZone.join(
                DnsZone.name(name),
                DnsZone.number(row.type()),
                DnsZone.number(1),
                seconds,
                DnsZone.number(row.data().length),
                row.data());
    }

    private static byte[] header(int id, int flags, int answers, int authorities) {
        return DnsZone.join(
                DnsZone.number(id),
                DnsZone.number(flags),
                DnsZone.number(1),
                DnsZone.number(answers),
                DnsZone.number(authorities),
                DnsZone.number(0));
    }

    private static String readName(ByteBuffer message) {
        StringBuilder name = new StringBuilder();
        for (int length = message.get(); length > 0; length = message.get()) {
            byte[] label = new byte[length];
            message.get(label);
            name.append(new String(label, StandardCharsets.US_ASCII)).append('.');
        }
        return name.length() == 0 ? "." : name.toString();
    }

    private static String typeName(int type) {
        return switch (type) {
            case DnsZone.A -> "A";
            case DnsZone.AAAA -> "AAAA";
            case DnsZone.SRV -> "SRV";
            case DnsZone.MX -> "MX";
            default -> "TYPE" + type;
        };
    }

    @Override
    public void close() {
        datagrams.close();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
