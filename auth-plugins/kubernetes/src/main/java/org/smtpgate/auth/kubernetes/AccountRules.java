package org.smtpgate.auth.kubernetes;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.smtpgate.auth.Settings;
import org.smtpgate.tokens.Refusal;
import org.smtpgate.tokens.RefusedTokenException;

/** Which service accounts are let in, and as whom: the first rule that fits; all are where there is no rule. */
record AccountRules(List<Rule> rules) {
    static final String ANY = "*";

    /** What a client that must send some user name can send, for the token says who it is. */
    private static final Set<String> SAYS_NOTHING = Set.of("", "token");

    private static final String NAMESPACE = "{namespace}";
    private static final String NAME = "{name}";

    /**
     * One rule.
     *
     * @param namespace {@link #ANY} for every one
     * @param name likewise
     * @param login empty for the account's user name in Kubernetes
     * @param allowedSenders what the account may send as; empty for anybody, while an empty list is nobody
     */
    record Rule(String namespace, String name, Optional<String> login, Optional<List<String>> allowedSenders) {
        boolean fits(ServiceAccount account) {
            return (namespace.equals(ANY) || namespace.equals(account.namespace()))
                    && (name.equals(ANY) || name.equals(account.name()));
        }
    }

    private static final Rule EVERYBODY = new Rule(ANY, ANY, Optional.empty(), Optional.empty());

    static AccountRules of(Settings settings) {
        return new AccountRules(settings.sections("service-accounts").stream()
                .map(AccountRules::rule)
                .toList());
    }

    private static Rule rule(Settings section) {
        Rule rule = new Rule(
                section.text("namespace", "shop"),
                section.optionalText("name").orElse(ANY),
                section.optionalText("login"),
                section.has("allowed-senders") ? Optional.of(section.texts("allowed-senders")) : Optional.empty());
        section.end();
        boolean many = rule.name().equals(ANY)
                        && !rule.login().map(login -> login.contains(NAME)).orElse(true)
                || rule.namespace().equals(ANY)
                        && !rule.login().map(login -> login.contains(NAMESPACE)).orElse(true);
        if (many) {
            throw section.wrong(
                    "login", "must hold {name} where name is any, and {namespace} where that is: logins are of one");
        }
        return rule;
    }

    /**
     * The user that an account is; it has the token's end for whoever remembers it.
     *
     * @param end of the token, if it says one
     * @param sent the names that the client sent beside the token, each of which may be empty
     * @throws RefusedTokenException when the account is not let in, or a name is another's
     */
    User user(ServiceAccount account, Optional<Instant> end, String... sent) {
        Rule rule = rules.isEmpty()
                ? EVERYBODY
                : rules.stream()
                        .filter(one -> one.fits(account))
                        .findFirst()
                        .orElseThrow(
                                () -> new RefusedTokenException(Refusal.TENANT, "no rule lets its service account in"));
        String login = rule.login().map(text -> filled(text, account)).orElse(account.userName());
        Set<String> names = new TreeSet<>(Set.of(account.userName(), account.path()));
        names.add(login);
        names.addAll(SAYS_NOTHING);
        if (!names.containsAll(List.of(sent))) {
            throw new RefusedTokenException(Refusal.LOGIN, "the user name sent with it is not its account's");
        }
        JsonObject principal = new JsonObject().put("username", login);
        end.ifPresent(time -> principal.put("exp", time.getEpochSecond()));
        return User.create(principal, attributes(rule, account));
    }

    private static JsonObject attributes(Rule rule, ServiceAccount account) {
        JsonObject attributes =
                new JsonObject().put("namespace", account.namespace()).put("service-account", account.name());
        account.pod().ifPresent(pod -> attributes.put("pod", pod));
        rule.allowedSenders().ifPresent(allowed -> {
            JsonArray senders = new JsonArray();
            allowed.forEach(sender -> senders.add(filled(sender, account)));
            attributes.put("allowed-senders", senders);
        });
        return attributes;
    }

    private static String filled(String text, ServiceAccount account) {
        return text.replace(NAMESPACE, account.namespace()).replace(NAME, account.name());
    }
}
