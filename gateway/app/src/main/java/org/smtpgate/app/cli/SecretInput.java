package org.smtpgate.app.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A secret that is typed or piped in: never an argument, where every user of the machine could see it. */
final class SecretInput {
    private SecretInput() {}

    /** Asks for one at the terminal, hidden, once for each prompt; without a terminal, one line of standard input. */
    static String read(String... prompts) throws IOException {
        // JDK 22 to 24 would give a console even for a pipe.
        System.setProperty("jdk.console", "java.base");
        Console console = System.console();
        if (console == null) {
            return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        }
        String first = null;
        for (String prompt : prompts) {
            char[] typed = console.readPassword(prompt);
            if (typed == null || first != null && !first.equals(new String(typed))) {
                throw new IOException("what was typed is not the same");
            }
            first = new String(typed);
        }
        return first;
    }
}
