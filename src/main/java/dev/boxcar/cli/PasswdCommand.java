// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.SaslPrep;
import dev.boxcar.smtp.sasl.ScramVerifier;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code boxcar passwd}: gives a user of a file a password, read from standard input, without an echo where that is a
 * terminal.
 */
@Command(
        name = "passwd",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar passwd FILE USER [--plain]",
        header = "sets a user's password in a file for --auth-file; reads it from standard input",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "The file is made if it is not there, for its owner alone, and replaced in one step. It keeps a SCRAM-SHA-256 verifier, which",
            "serves PLAIN, LOGIN and SCRAM-SHA-256 and does not tell the password. With --plain it keeps the password itself, which serves",
            "CRAM-MD5, too. A server that runs uses the new password at once.",
            "",
            "Examples:",
            "  boxcar passwd users.txt alice                      asks for the password",
            "  printf '%%s\\n' \"$PASSWORD\" | boxcar passwd users.txt alice"
        })
final class PasswdCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "the file of users")
    Path file;

    @Parameters(index = "1", paramLabel = "USER", description = "the user's name")
    String user;

    @Option(names = "--plain", description = "keep the password itself, so that CRAM-MD5 can be served")
    boolean plain;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this text")
    boolean help;

    private final InputStream in;

    PasswdCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() throws IOException {
        String name = SaslPrep.prepare(user);
        if (name == null || name.isBlank() || name.indexOf(':') >= 0 || name.startsWith("#")) {
            throw wrong("USER: a name has no colon and no control, is not empty and does not begin with #");
        }
        String given = readPassword();
        String password = given == null ? null : SaslPrep.prepare(given);
        if (password == null || password.isEmpty()) {
            throw wrong("standard input: a password is one line, not empty, without controls");
        }
        UsersFileEditor.put(file, name, plain ? Users.PLAIN + password : verifier(password));
        return 0;
    }

    private static String verifier(String password) {
        var salt = new byte[ScramVerifier.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return ScramVerifier.of(password, salt, ScramVerifier.ITERATIONS).text();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    @SuppressWarnings("SystemConsoleNull") // null is for up to Java 21, isTerminal() for later ones
    private @Nullable String readPassword() throws IOException {
        Console console = System.console();
        if (console == null || in != System.in || !isTerminal(console)) {
            return new BufferedReader(new InputStreamReader(in, UTF_8)).readLine();
        }
        char[] first = console.readPassword("Password: ");
        if (first == null) {
            throw wrong("standard input: there is no password");
        }
        char[] again = console.readPassword("Again: ");
        if (again == null || !Arrays.equals(first, again)) {
            throw wrong("the two passwords differ");
        }
        return new String(first);
    }

    /** From Java 22 on there may be a console that is no terminal, and then it says so. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true; // before, a console was a terminal
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
