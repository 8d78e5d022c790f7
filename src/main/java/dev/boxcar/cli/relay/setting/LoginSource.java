// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.setting;

import dev.boxcar.relay.credential.PasswordFile;
import dev.boxcar.relay.credential.SecretFile;
import dev.boxcar.relay.credential.TokenCommand;
import dev.boxcar.relay.credential.TokenFile;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.TlsLevel;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the relay logs in to a smarthost, as configured: by a password, or as a user with an OAuth token from a file or a
 * command.
 *
 * @param passwordFile a file with {@code USER:PASSWORD}
 * @param user the user of the token
 */
public record LoginSource(
        @Nullable Path passwordFile,
        @Nullable String user,
        @Nullable Path tokenFile,
        @Nullable String tokenCommand) {

    /** A mistake, and the setting that it is about. */
    public static final class InvalidLoginException extends Exception {
        private static final long serialVersionUID = 1;

        private final String setting;

        InvalidLoginException(String setting, String message) {
            super(message);
            this.setting = setting;
        }

        /** The setting: {@code auth-file}, {@code user}, {@code token-file} or {@code token-command}. */
        public String setting() {
            return setting;
        }
    }

    /** Whether the relay does not log in. */
    public boolean isNone() {
        return passwordFile == null && user == null && tokenFile == null && tokenCommand == null;
    }

    /** The source of the credentials; null if there are none. Files are read once, to find mistakes at the start. */
    public @Nullable CredentialSource source(TlsLevel level) throws InvalidLoginException {
        if (isNone()) {
            return null;
        }
        String first = first();
        if (level == TlsLevel.NONE) {
            throw new InvalidLoginException(first, "secrets are never sent in clear; use another level of TLS");
        }
        if (passwordFile != null) {
            if (user != null || tokenFile != null || tokenCommand != null) {
                throw new InvalidLoginException("auth-file", "cannot be combined with a token");
            }
            return passwords(passwordFile);
        }
        if (user == null || user.isBlank()) {
            throw new InvalidLoginException(first, "needs user, the name to log in with");
        }
        if (tokenFile != null && tokenCommand == null) {
            return tokens(user, tokenFile);
        }
        if (tokenFile != null || tokenCommand == null || tokenCommand.isBlank()) {
            throw new InvalidLoginException("user", "needs either token-file or token-command");
        }
        return new TokenCommand(user, tokenCommand);
    }

    private String first() {
        return passwordFile != null
                ? "auth-file"
                : tokenFile != null ? "token-file" : tokenCommand != null ? "token-command" : "user";
    }

    private static CredentialSource passwords(Path file) throws InvalidLoginException {
        var source = new PasswordFile(file);
        try {
            new SecretFile(file).checkMode();
            source.read();
            return source;
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidLoginException("auth-file", String.valueOf(e.getMessage()));
        }
    }

    private static CredentialSource tokens(String user, Path file) throws InvalidLoginException {
        var source = new TokenFile(user, file);
        try {
            new SecretFile(file).checkMode();
            source.read();
            return source;
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidLoginException("token-file", String.valueOf(e.getMessage()));
        }
    }
}
