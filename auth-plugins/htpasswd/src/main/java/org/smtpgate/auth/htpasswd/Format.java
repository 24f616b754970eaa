package org.smtpgate.auth.htpasswd;

import org.smtpgate.passwords.StoredHashes;
import org.smtpgate.passwords.UnusableHashException;

/** What stands in a line behind the user and the hash. */
enum Format {
    /** Apache's: a comment. */
    HTPASSWD {
        @Override
        Account account(String line) throws UnusableLineException, UnusableHashException {
            String[] fields = fields(line, 3);
            return Account.of(fields[0], StoredHashes.read(fields[1]));
        }
    },
    /** Dovecot's {@code passwd-file}: {@code user:hash:uid:gid:gecos:home:shell:extra_fields}, of which the last may miss. */
    PASSWD_FILE {
        @Override
        Account account(String line) throws UnusableLineException, UnusableHashException {
            String[] fields = fields(line, 8);
            ExtraFields extra = ExtraFields.read(fields.length == 8 ? fields[7] : "");
            return new Account(
                    extra.login().orElse(fields[0]), StoredHashes.read(fields[1]), extra.attributes(), extra.noLogin());
        }
    };

    /** The account that a line is about, which has two fields at least. */
    abstract Account account(String line) throws UnusableLineException, UnusableHashException;

    /** The name that a client logs in with. */
    static String user(String line) {
        return line.substring(0, line.indexOf(':'));
    }

    private static String[] fields(String line, int most) throws UnusableLineException {
        String[] fields = line.split(":", most);
        if (fields.length < 2 || fields[0].isEmpty()) {
            throw new UnusableLineException("not of the form user:hash");
        }
        return fields;
    }
}
