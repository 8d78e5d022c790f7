// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.auth.InvalidUsersException;
import dev.boxcar.auth.UserCredentials;
import dev.boxcar.auth.Users;
import dev.boxcar.auth.UsersFile;
import dev.boxcar.cli.source.MailpitVariables;
import dev.boxcar.cli.value.BooleanConverter;
import dev.boxcar.pop3.Pop3Authenticator;
import dev.boxcar.smtp.sasl.Claim;
import dev.boxcar.smtp.sasl.ClaimResult;
import dev.boxcar.smtp.sasl.Mechanism;
import dev.boxcar.smtp.server.port.AuthenticationOptions;
import dev.boxcar.smtp.server.port.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options about AUTH: which users exist, and whether clients must authenticate. */
public final class AuthOptions {
    /** The mechanisms that are offered if any user and password is accepted. */
    private static final Set<Mechanism> ANY_USER = Set.of(Mechanism.PLAIN, Mechanism.LOGIN, Mechanism.CRAM_MD5);

    @Option(
            names = "--auth-file",
            paramLabel = "FILE",
            description = "offer AUTH for the users in this file, which boxcar passwd writes (default: none)")
    @Nullable
    Path file;

    @Option(
            names = "--auth-accept-any",
            paramLabel = "BOOL",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            converter = BooleanConverter.class,
            description = "offer AUTH and accept any user and password (default: ${DEFAULT-VALUE})")
    boolean acceptAny;

    @Option(
            names = "--auth-allow-insecure",
            paramLabel = "BOOL",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            converter = BooleanConverter.class,
            description = "offer AUTH also without TLS (default: ${DEFAULT-VALUE})")
    boolean allowInsecure;

    @Option(
            names = "--auth-required",
            paramLabel = "BOOL",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            converter = BooleanConverter.class,
            description = "accept mail from authenticated clients only (default: ${DEFAULT-VALUE})")
    boolean required;

    /**
     * The users of {@code --auth-file} or Mailpit's variable; null without such a list. Set by {@link #authentication}.
     */
    private @Nullable UserCredentials users;

    /** Whether only the configured users can log in. To be called after {@link #authentication}. */
    public boolean hasUsers() {
        return users != null;
    }

    /**
     * How POP3 clients log in: as the users who may authenticate over SMTP, or with any password if there are no such
     * users. To be called after {@link #authentication}.
     */
    public Pop3Authenticator pop3Authenticator() {
        UserCredentials known = users;
        Set<Mechanism> mechanisms = known == null ? ANY_USER : known.mechanisms();
        return new Pop3Authenticator() {
            @Override
            public Set<Mechanism> mechanisms() {
                return mechanisms;
            }

            @Override
            public void verify(Claim claim, Consumer<ClaimResult> result) {
                if (known == null) {
                    result.accept(ClaimResult.YES);
                } else {
                    known.verify("pop3", claim, result);
                }
            }
        };
    }

    /** Whether AUTH is offered without TLS. */
    public boolean allowsInsecure() {
        return allowInsecure;
    }

    /** Whether clients must authenticate. */
    public boolean isRequired() {
        return required;
    }

    /**
     * How clients may authenticate; null if they cannot.
     *
     * @throws InvalidUsersException whose message names the option, or the file and line, that is invalid
     * @throws IOException if the users file exists but cannot be read
     */
    public @Nullable AuthenticationOptions authentication(Map<String, String> environment)
            throws IOException, InvalidUsersException {
        Credentials credentials = credentials(environment.getOrDefault(MailpitVariables.SMTP_USERS, ""));
        if (credentials == null) {
            if (required) {
                throw new InvalidUsersException("--auth-required: needs --auth-file or --auth-accept-any");
            }
            return null;
        }
        AuthenticationOptions authentication = AuthenticationOptions.by(credentials);
        authentication = allowInsecure ? authentication.allowedInClear() : authentication;
        return required ? authentication.required() : authentication;
    }

    private @Nullable Credentials credentials(String pairs) throws IOException, InvalidUsersException {
        if (acceptAny) {
            if (file != null || !pairs.isBlank()) {
                throw new InvalidUsersException("--auth-accept-any: cannot be combined with users");
            }
            return Credentials.acceptAny();
        }
        if (file != null) {
            UsersFile opened = open(file);
            users = new UserCredentials(opened::users);
            return users;
        }
        if (pairs.isBlank()) {
            return null;
        }
        Users fixed = Users.ofPairs(pairs, MailpitVariables.SMTP_USERS);
        users = new UserCredentials(() -> fixed);
        return users;
    }

    private static UsersFile open(Path file) throws IOException, InvalidUsersException {
        try {
            return UsersFile.open(file);
        } catch (IOException e) {
            throw new InvalidUsersException(String.valueOf(
                    InvalidFileException.unreadable("--auth-file", file, e).getMessage()));
        } catch (InvalidUsersException e) {
            throw new InvalidUsersException("--auth-file: " + e.getMessage());
        }
    }
}
