package org.smtpgate.proxy.identity;

/**
 * Which logins a rule is for: a glob, as {@code sales-*} or {@code *@example.org}, or a domain with {@code @} before it,
 * which is every login in that domain. The domain of a login, what stands behind its last {@code @}, is compared without
 * regard to case; the rest with, since only the backend can know whether case matters there.
 */
public record LoginPattern(String text) {

    /** @throws IllegalArgumentException with what is wrong, for whoever wrote it */
    public LoginPattern {
        if (text.isEmpty() || text.endsWith("@")) {
            throw new IllegalArgumentException(
                    "must be a login, such as anna@example.org, with * for any characters, or @example.org for all of a "
                            + "domain; not " + text);
        }
        int at = text.lastIndexOf('@');
        text = at < 0 ? text : text.substring(0, at + 1) + Domains.normal(text.substring(at + 1));
    }

    /** @param login null for who is not logged in, whom no pattern is for */
    public boolean matches(String login) {
        if (login == null) {
            return false;
        }
        int at = text.lastIndexOf('@');
        if (at < 0) {
            return Glob.matches(text, login);
        }
        int loginAt = login.lastIndexOf('@');
        return loginAt >= 0
                && Glob.matches(text.substring(at + 1), Domains.normal(login.substring(loginAt + 1)))
                && (at == 0 || Glob.matches(text.substring(0, at), login.substring(0, loginAt)));
    }
}
