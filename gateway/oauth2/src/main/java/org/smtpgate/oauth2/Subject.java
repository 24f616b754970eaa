package org.smtpgate.oauth2;

/** Whose token serves a login: its own, or that of one account for all. */
public abstract sealed class Subject {

    /** Each login has a token of its own. */
    public static Subject eachLogin() {
        return new EachLogin();
    }

    /** One account serves every login. */
    public static Subject one(String account) {
        return new One(account);
    }

    abstract String of(String login);

    private static final class EachLogin extends Subject {
        @Override
        String of(String login) {
            return login;
        }
    }

    private static final class One extends Subject {
        private final String account;

        One(String account) {
            this.account = account;
        }

        @Override
        String of(String login) {
            return account;
        }
    }
}
