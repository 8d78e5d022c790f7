// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Who may authenticate, and who must: a mixin for every command that serves SMTP. Filled by picocli, through
 * {@link Layers}.
 */
final class AuthOptions {
    /**
     * Mailpit's users, in clear: {@code user:password} parted by spaces. A variable alone, since others can see a
     * command line.
     */
    static final String USERS_VARIABLE = "MP_SMTP_AUTH";

    @Option(
            names = "--auth-file",
            paramLabel = "FILE",
            description = "offer AUTH to the users of this file, written by boxcar passwd (default: none)")
    @Nullable
    Path file;

    @Option(
            names = "--auth-accept-any",
            paramLabel = "BOOL",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            converter = Switch.class,
            description = "offer AUTH and believe everybody (default: ${DEFAULT-VALUE})")
    boolean acceptAny;

    @Option(
            names = "--auth-allow-insecure",
            paramLabel = "BOOL",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            converter = Switch.class,
            description = "offer AUTH without TLS, too (default: ${DEFAULT-VALUE})")
    boolean allowInsecure;

    @Option(
            names = "--auth-required",
            paramLabel = "BOOL",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            converter = Switch.class,
            description = "take mail from those alone who have authenticated (default: ${DEFAULT-VALUE})")
    boolean required;

    /**
     * How clients may prove who they are, or null: not at all.
     *
     * @throws Users.Unusable whose message is one line that names the file and the line, or the option, that is wrong
     * @throws IOException if a file that is there cannot be read
     */
    @Nullable
    AuthenticationOptions authentication(Map<String, String> environment) throws IOException, Users.Unusable {
        Credentials credentials = credentials(environment.getOrDefault(USERS_VARIABLE, ""));
        if (credentials == null) {
            if (required) {
                throw new Users.Unusable(
                        "--auth-required: nobody can authenticate: give --auth-file or --auth-accept-any");
            }
            return null;
        }
        AuthenticationOptions authentication = AuthenticationOptions.by(credentials);
        authentication = allowInsecure ? authentication.allowedInClear() : authentication;
        return required ? authentication.required() : authentication;
    }

    private @Nullable Credentials credentials(String users) throws IOException, Users.Unusable {
        if (acceptAny) {
            if (file != null || !users.isBlank()) {
                throw new Users.Unusable("--auth-accept-any: not together with users: leave one of the two out");
            }
            return Credentials.acceptAny();
        }
        if (file != null) {
            UsersFile opened = UsersFile.open(file);
            return new UserCredentials(opened::users);
        }
        if (users.isBlank()) {
            return null;
        }
        Users fixed = Users.ofPairs(users, USERS_VARIABLE);
        return new UserCredentials(() -> fixed);
    }
}
