package org.smtpgate.testkit;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The records that a {@link DnsServer} knows; they can be changed while it answers. */
public final class DnsZone {
    static final int A = 1;
    static final int CNAME = 5;
    static final int SOA = 6;
    static final int MX = 15;
    static final int AAAA = 28;
    static final int SRV = 33;

    private final Map<String, List<Row>> rows = new ConcurrentHashMap<>();

    /** @param data as on the wire */
    record Row(int type, int seconds, byte[] data) {}

    DnsZone() {}

    /** Takes the addresses of a name out, and puts these in. */
    public DnsZone addresses(String name, int seconds, String... addresses) {
        List<Row> all = new ArrayList<>();
        for (String address : addresses) {
            try {
                byte[] data = InetAddress.getByName(address).getAddress();
                all.add(new Row(data.length == 4 ? A : AAAA, seconds, data));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }
        rows.put(key(name), all);
        return this;
    }

    public DnsZone alias(String name, int seconds, String target) {
        rows.put(key(name), List.of(new Row(CNAME, seconds, name(target))));
        return this;
    }

    /** Adds an SRV record. */
    public DnsZone service(String name, int seconds, int priority, int weight, int port, String target) {
        return add(name, new Row(SRV, seconds, join(number(priority), number(weight), number(port), name(target))));
    }

    /** Adds an MX record. */
    public DnsZone exchanger(String domain, int seconds, int preference, String target) {
        return add(domain, new Row(MX, seconds, join(number(preference), name(target))));
    }

    private DnsZone add(String name, Row row) {
        rows.merge(key(name), List.of(row), (before, one) -> {
            List<Row> both = new ArrayList<>(before);
            both.addAll(one);
            return both;
        });
        return this;
    }

    /** A name that exists and has no records of the kinds that are asked for. */
    public DnsZone empty(String name) {
        rows.put(key(name), List.of());
        return this;
    }

    /** From now on there is no such name. */
    public DnsZone remove(String name) {
        rows.remove(key(name));
        return this;
    }

    /** Null when there is no such name. */
    List<Row> of(String name) {
        return rows.get(key(name));
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }

    static byte[] name(String name) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (String label : name.split("\\.")) {
            if (!label.isEmpty()) {
                wire.write(label.length());
                wire.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
            }
        }
        wire.write(0);
        return wire.toByteArray();
    }

    static byte[] number(int sixteenBits) {
        return new byte[] {(byte) (sixteenBits >> 8), (byte) sixteenBits};
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
