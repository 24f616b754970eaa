package org.smtpgate.proxy.dns;

import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the system's own files say of names: {@code resolv.conf} and {@code hosts}.
 *
 * @param servers whom to ask, in this order
 * @param search domains that are put behind names which are not absolute
 * @param ndots with so many dots a name is tried as it is before that
 * @param hosts what needs not be asked, by name in lower case
 */
record ResolverFiles(
        List<InetSocketAddress> servers, List<String> search, int ndots, Map<String, List<InetAddress>> hosts) {
    private static final Logger LOG = LoggerFactory.getLogger(ResolverFiles.class);
    /** Servers that a warning told of. */
    private static final Set<String> LEFT_OUT = ConcurrentHashMap.newKeySet();

    private static final int LEFT_OUT_MAX = 100;

    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
    private static final int PORT = 53;
    private static final int NDOTS_MAX = 15;
    private static final int SEARCH_MAX = 32;

    /** Reads the files. Blocks. What cannot be read counts as empty. */
    static ResolverFiles read() {
        HostsFileEntriesProvider entries = HostsFileEntriesProvider.parser().parseSilently(StandardCharsets.UTF_8);
        Map<String, List<InetAddress>> hosts = new java.util.HashMap<>();
        entries.ipv4Entries().forEach((name, addresses) -> add(hosts, name, addresses));
        entries.ipv6Entries().forEach((name, addresses) -> add(hosts, name, addresses));
        String text;
        try {
            text = Files.readString(RESOLV_CONF, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            text = "";
        }
        return parse(text, hosts);
    }

    private static void add(Map<String, List<InetAddress>> hosts, String name, List<InetAddress> addresses) {
        hosts.computeIfAbsent(name.toLowerCase(Locale.ROOT), absent -> new ArrayList<>())
                .addAll(addresses);
    }

    /** resolv.conf(5): of {@code domain} and {@code search} the last one counts; without a server, this machine is one. */
    static ResolverFiles parse(String resolvConf, Map<String, List<InetAddress>> hosts) {
        List<InetSocketAddress> servers = new ArrayList<>();
        Set<String> search = new LinkedHashSet<>();
        int ndots = 1;
        for (String line : (Iterable<String>) resolvConf.lines()::iterator) {
            String[] words = line.strip().split("\\s+");
            List<String> values = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" -> values.stream().limit(1).forEach(value -> addServer(value, servers));
                case "domain", "search" -> {
                    search.clear();
                    values.stream()
                            .limit(SEARCH_MAX)
                            .map(AnswerReader::absolute)
                            .forEach(search::add);
                }
                case "options" -> ndots = ndots(values, ndots);
                default -> {}
            }
        }
        if (servers.isEmpty()) {
            servers.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
        }
        return new ResolverFiles(servers, List.copyOf(search), ndots, hosts);
    }

    private static void addServer(String value, List<InetSocketAddress> servers) {
        if (!Literals.isAddress(value)) {
            return;
        }
        try {
            servers.add(new InetSocketAddress(Literals.address(value), PORT));
        } catch (DnsException e) {
            // The file is read again and again, by each event loop.
            if (LEFT_OUT.size() < LEFT_OUT_MAX && LEFT_OUT.add(value)) {
                LOG.warn("{}: cannot ask nameserver {}: {}", RESOLV_CONF, value, e.getMessage());
            }
        }
    }

    private static int ndots(List<String> options, int otherwise) {
        for (String option : options) {
            if (option.matches("ndots:[0-9]{1,3}")) {
                return Math.min(NDOTS_MAX, Integer.parseInt(option.substring("ndots:".length())));
            }
        }
        return otherwise;
    }

    /** The absolute names that a name may stand for, in the order in which to try them. */
    List<String> candidates(String name) {
        String absolute = AnswerReader.absolute(name);
        if (name.endsWith(".")) {
            return List.of(absolute);
        }
        List<String> all = new ArrayList<>();
        for (String domain : search) {
            all.add(domain.equals(".") ? absolute : absolute + domain);
        }
        boolean first = name.chars().filter(octet -> octet == '.').count() >= ndots;
        all.remove(absolute);
        all.add(first ? 0 : all.size(), absolute);
        return all;
    }
}
