// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.setting;

import dev.boxcar.relay.credential.PasswordFile;
import dev.boxcar.relay.credential.SecretFile;
import dev.boxcar.relay.credential.TokenCommand;
import dev.boxcar.relay.credential.TokenFile;
import dev.boxcar.relay.credential.oauth.OAuthAccountFile;
import dev.boxcar.relay.credential.oauth.RenewedToken;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.TlsLevel;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the relay logs in to a smarthost, as configured: by a password, as a user with an OAuth token from a file or a
 * command, or with tokens that it renews itself.
 *
 * @param passwordFile a file with {@code USER:PASSWORD}
 * @param user the user of the token
 * @param oauthFile a file that {@code boxcar relay login} has written
 */
public record LoginSource(
        @Nullable Path passwordFile,
        @Nullable String user,
        @Nullable Path tokenFile,
        @Nullable String tokenCommand,
        @Nullable Path oauthFile) {

    /** A mistake, and the setting that it is about. */
    public static final class InvalidLoginException extends Exception {
        private static final long serialVersionUID = 1;

        private final String setting;

        InvalidLoginException(String setting, String message) {
            super(message);
            this.setting = setting;
        }

        /**
         * The setting: {@code auth-file}, {@code user}, {@code token-file}, {@code token-command} or
         * {@code oauth-file}.
         */
        public String setting() {
            return setting;
        }
    }

    /** Whether the relay does not log in. */
    public boolean isNone() {
        return passwordFile == null && oauthFile == null && !hasToken();
    }

    private boolean hasToken() {
        return user != null || tokenFile != null || tokenCommand != null;
    }

    /** The source of the credentials; null if there are none. Files are read once, to find mistakes at the start. */
    public @Nullable CredentialSource source(TlsLevel level) throws InvalidLoginException {
        if (isNone()) {
            return null;
        }
        String first = firstSetting();
        if (level == TlsLevel.NONE) {
            throw new InvalidLoginException(first, "secrets are never sent in clear; use another level of TLS");
        }
        if (passwordFile != null) {
            if (hasToken() || oauthFile != null) {
                throw new InvalidLoginException("auth-file", "cannot be combined with a token");
            }
            return passwords(passwordFile);
        }
        if (oauthFile != null) {
            if (hasToken()) {
                throw new InvalidLoginException(
                        "oauth-file", "cannot be combined with user, token-file or token-command");
            }
            return renewed(oauthFile);
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

    /** The name of a setting that is there; {@code user} if none is. */
    public String firstSetting() {
        if (oauthFile != null && passwordFile == null) {
            return "oauth-file";
        }
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

    private static CredentialSource renewed(Path path) throws InvalidLoginException {
        var file = new OAuthAccountFile(path);
        try {
            new SecretFile(path).checkMode();
            file.read();
            return new RenewedToken(file);
        } catch (IOException e) {
            throw new InvalidLoginException("oauth-file", String.valueOf(e.getMessage()));
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
