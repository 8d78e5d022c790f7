// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.auth.Users;
import dev.boxcar.auth.UsersFileEditor;
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
 * {@code boxcar passwd}: sets a user's password in a users file. Reads the password from standard input, without echo
 * if that is a terminal.
 */
@Command(
        name = "passwd",
        sortOptions = false,
        synopsisHeading = "%nUsage: ",
        customSynopsis = "boxcar passwd FILE USER [--plain]",
        header = "sets a user's password in a users file (--auth-file); reads it from standard input",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%n",
        footer = {
            "The file is created if it does not exist, readable for its owner only, and replaced atomically. It",
            "holds a SCRAM-SHA-256 verifier, which works with PLAIN, LOGIN and SCRAM-SHA-256 and does not reveal the",
            "password. With --plain it holds the password itself, which works with CRAM-MD5 too. A running server",
            "uses the new password at once.",
            "",
            "Examples:",
            "  boxcar passwd users.txt alice                      prompts for the password",
            "  printf '%%s\\n' \"$PASSWORD\" | boxcar passwd users.txt alice"
        })
final class PasswdCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "the users file")
    Path file;

    @Parameters(index = "1", paramLabel = "USER", description = "the user's name")
    String user;

    @Option(names = "--plain", description = "store the password itself, for CRAM-MD5")
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
            throw wrongUsage("USER: a name must not be empty, start with # or contain a colon or a control character");
        }
        String given = readPassword();
        String password = given == null ? null : SaslPrep.prepare(given);
        if (password == null || password.isEmpty()) {
            throw wrongUsage("standard input: a password must be one line, not empty, without control characters");
        }
        UsersFileEditor.put(file, name, plain ? Users.PLAIN + password : verifier(password));
        return 0;
    }

    private static String verifier(String password) {
        var salt = new byte[ScramVerifier.SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return ScramVerifier.of(password, salt, ScramVerifier.ITERATIONS).text();
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    @SuppressWarnings("SystemConsoleNull") // null up to Java 21, isTerminal() since Java 22
    private @Nullable String readPassword() throws IOException {
        Console console = System.console();
        if (console == null || in != System.in || !isTerminal(console)) {
            return new BufferedReader(new InputStreamReader(in, UTF_8)).readLine();
        }
        char[] first = console.readPassword("Password: ");
        if (first == null) {
            throw wrongUsage("standard input: the password is missing");
        }
        char[] again = console.readPassword("Again: ");
        if (again == null || !Arrays.equals(first, again)) {
            throw wrongUsage("the two passwords differ");
        }
        return new String(first);
    }

    /** Since Java 22 there may be a console that is not a terminal, and it has a method that says so. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true; // up to Java 21 a console is always a terminal
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
