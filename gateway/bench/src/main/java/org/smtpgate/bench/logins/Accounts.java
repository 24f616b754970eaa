package org.smtpgate.bench.logins;

/** Users that the server knows: {@code PREFIX0} and so on, all of one password. */
record Accounts(String prefix, int count, String password) {
    String login(int number) {
        return prefix + number % count;
    }
}
