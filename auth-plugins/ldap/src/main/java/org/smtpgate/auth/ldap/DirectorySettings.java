package org.smtpgate.auth.ldap;

import com.unboundid.ldap.sdk.BindRequest;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPURL;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.smtpgate.auth.Settings;

/** Reads what a section says in LDAP's own language: URLs, names and filters. */
final class DirectorySettings {
    private static final String USER_DN = "user-dn";
    private static final String LOGIN_ATTRIBUTE = "login-attribute";
    private static final int MAX_ATTRIBUTES = 50;

    private final Settings settings;

    DirectorySettings(Settings settings) {
        this.settings = settings;
    }

    /** Where to search, as the configuration calls it. */
    enum Scope {
        SUBTREE(SearchScope.SUB),
        ONE_LEVEL(SearchScope.ONE);

        private final SearchScope scope;

        Scope(SearchScope scope) {
            this.scope = scope;
        }
    }

    List<Server> servers(boolean withoutTls) {
        List<String> urls = settings.texts("urls");
        if (urls.isEmpty()) {
            throw settings.wrong("urls", "is required, such as [ ldap://ldap.example.org ]");
        }
        List<Server> servers = urls.stream().map(this::server).toList();
        if (withoutTls && servers.stream().allMatch(Server::tls)) {
            throw settings.wrong("allow-without-tls", "has no ldap:// URL to act on; leave it out");
        }
        return servers;
    }

    private Server server(String text) {
        URI url = settings.url("urls", text, "ldap", "ldaps");
        if (!url.getRawPath().replace("/", "").isEmpty() || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw settings.wrong("urls", "must have nothing behind host and port; search.base says where to search");
        }
        boolean tls = url.getScheme().equals("ldaps");
        int port = url.getPort() >= 0 ? url.getPort() : tls ? LDAPURL.DEFAULT_LDAPS_PORT : LDAPURL.DEFAULT_LDAP_PORT;
        return new Server(url.getHost().replaceAll("[\\[\\]]", ""), port, tls);
    }

    /** Who the gateway is; null for nobody. */
    BindRequest identity() {
        Optional<String> dn = settings.optionalText("bind-dn");
        Optional<String> password = settings.secret("bind-password");
        if (dn.isEmpty() && password.isEmpty()) {
            return null;
        }
        if (dn.isEmpty() || password.isEmpty()) {
            throw settings.wrong(
                    dn.isEmpty() ? "bind-dn" : "bind-password", "is required: bind-dn and bind-password go together");
        }
        return new SimpleBindRequest(dn(settings, "bind-dn", dn.get()), password.get());
    }

    /** Null when there is none. */
    DnTemplate userDn() {
        Optional<String> text = settings.optionalText(USER_DN);
        if (text.isEmpty()) {
            return null;
        }
        checkPlaces(settings, USER_DN, text.get(), Login.NAMES);
        DnTemplate template = new DnTemplate(dn(settings, USER_DN, text.get()));
        if (template.places() != Login.places(text.get())) {
            throw settings.wrong(USER_DN, "may have {login} only where values of attributes stand");
        }
        return template;
    }

    /** Null when there is none. */
    UserSearch search() {
        return settings.optionalSection("search")
                .map(section -> {
                    UserSearch search = new UserSearch(
                            dn(section, "base", section.text("base", "ou=people,dc=example,dc=org")),
                            section.choice("scope", Scope.SUBTREE).scope,
                            filter(section, "(uid={login})", Login.NAMES));
                    section.end();
                    return search;
                })
                .orElse(null);
    }

    Profile profile() {
        var attributes = settings.textsByName("attributes");
        if (attributes.size() > MAX_ATTRIBUTES) {
            throw settings.wrong("attributes", "may have " + MAX_ATTRIBUTES + " at most");
        }
        String login = settings.optionalText(LOGIN_ATTRIBUTE).orElse("uid");
        Optional<Settings> groups = settings.optionalSection("groups");
        String groupsAttribute =
                groups.flatMap(section -> section.optionalText("attribute")).orElse("groups");
        if (groups.isPresent() && attributes.containsKey(groupsAttribute)) {
            throw settings.wrong("attributes", groupsAttribute + " holds the groups: call it by another name");
        }
        return new Profile(
                login,
                attributes,
                groupsAttribute,
                groups.map(DirectorySettings::groups).orElseGet(Groups.None::new));
    }

    private static Groups groups(Settings section) {
        String name = section.optionalText("name").orElse("cn");
        Optional<String> memberOf = section.optionalText("member-of");
        Optional<String> base = section.optionalText("base");
        if (memberOf.isPresent() == base.isPresent()) {
            throw section.wrong(
                    "member-of",
                    base.isPresent()
                            ? "stands beside base; leave out one of them"
                            : "is required, such as memberOf; or base and filter, to search for groups");
        }
        Groups groups = memberOf.isPresent()
                ? new Groups.Listed(memberOf.get(), name)
                : new Groups.Searched(
                        dn(section, "base", base.get()), filter(section, "(member={dn})", withDn()), name);
        section.end();
        return groups;
    }

    private static Set<String> withDn() {
        Set<String> names = new HashSet<>(Login.NAMES);
        names.add(Login.DN);
        return names;
    }

    private static FilterTemplate filter(Settings section, String example, Set<String> names) {
        String text = section.text("filter", example);
        checkPlaces(section, "filter", text, names);
        try {
            FilterTemplate filter = FilterTemplate.of(text);
            if (filter.places() != Login.places(text)) {
                throw section.wrong(
                        "filter", "may have places such as {login} only in values that are compared with =, without *");
            }
            return filter;
        } catch (LDAPException e) {
            throw section.wrong("filter", "is not a filter of LDAP (RFC 4515), such as " + example);
        }
    }

    private static void checkPlaces(Settings section, String key, String text, Set<String> names) {
        Login.unknownPlace(text, names).ifPresent(unknown -> {
            throw section.wrong(
                    key,
                    "{" + unknown + "} stands for nothing; there are: {"
                            + String.join("}, {", names.stream().sorted().toList()) + "}");
        });
        if (Login.places(text) == 0) {
            String fitting = names.contains(Login.DN) ? "{login}, {user} or {dn}" : "{login} or {user}";
            throw section.wrong(key, "must have " + fitting + " in it, or it is the same for everybody");
        }
    }

    private static DN dn(Settings section, String key, String text) {
        try {
            return new DN(text);
        } catch (LDAPException e) {
            throw section.wrong(key, "is not a DN (RFC 4514), such as ou=people,dc=example,dc=org");
        }
    }
}
