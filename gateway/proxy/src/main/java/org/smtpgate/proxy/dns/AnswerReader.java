package org.smtpgate.proxy.dns;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a response of a name server. Whatever it cannot read is a {@link DnsException}. */
final class AnswerReader {
    /** More of one kind serve nobody. */
    private static final int RECORDS_MAX = 256;

    private AnswerReader() {}

    static Answer read(DnsResponse response) {
        DnsResponseCode code = response.code();
        boolean exists = code.equals(DnsResponseCode.NOERROR);
        if (!exists && !code.equals(DnsResponseCode.NXDOMAIN)) {
            throw new DnsException("the name server says " + code);
        }
        try {
            List<Answer.Entry> entries = new ArrayList<>();
            int count = Math.min(RECORDS_MAX, response.count(DnsSection.ANSWER));
            for (int index = 0; index < count; index++) {
                entry(response.recordAt(DnsSection.ANSWER, index), entries);
            }
            return new Answer(exists, entries, negativeSeconds(response));
        } catch (RuntimeException | UnknownHostException e) {
            throw new DnsException("an answer that cannot be read: " + e.getMessage());
        }
    }

    private static void entry(DnsRecord record, List<Answer.Entry> entries) throws UnknownHostException {
        if (record instanceof DnsRawRecord raw) {
            Resource resource = resource(raw.type(), raw.content().duplicate());
            if (resource != null) {
                entries.add(new Answer.Entry(absolute(raw.name()), raw.timeToLive(), resource));
            }
        }
    }

    private static Resource resource(DnsRecordType type, ByteBuf content) throws UnknownHostException {
        if (type.equals(DnsRecordType.A) || type.equals(DnsRecordType.AAAA)) {
            byte[] address = new byte[content.readableBytes()];
            content.readBytes(address);
            return new Resource.Address(InetAddress.getByAddress(address));
        }
        if (type.equals(DnsRecordType.CNAME)) {
            return new Resource.Alias(name(content));
        }
        if (type.equals(DnsRecordType.SRV)) {
            return new Resource.Service(
                    content.readUnsignedShort(),
                    content.readUnsignedShort(),
                    content.readUnsignedShort(),
                    name(content));
        }
        return type.equals(DnsRecordType.MX)
                ? new Resource.Exchanger(content.readUnsignedShort(), name(content))
                : null;
    }

    /** RFC 2308 section 5: the lesser of the SOA record's own time and its last field. */
    private static long negativeSeconds(DnsResponse response) {
        for (int index = 0; index < response.count(DnsSection.AUTHORITY); index++) {
            if (response.recordAt(DnsSection.AUTHORITY, index) instanceof DnsRawRecord raw
                    && raw.type().equals(DnsRecordType.SOA)) {
                ByteBuf content = raw.content();
                long minimum = content.getUnsignedInt(content.writerIndex() - Integer.BYTES);
                return Math.min(raw.timeToLive(), minimum);
            }
        }
        return 0;
    }

    private static String name(ByteBuf content) {
        return absolute(DefaultDnsRecordDecoder.decodeName(content));
    }

    /** In lower case, with a dot at its end. */
    static String absolute(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }
}
