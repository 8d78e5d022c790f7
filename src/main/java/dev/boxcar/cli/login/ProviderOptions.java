// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.login;

import dev.boxcar.relay.credential.oauth.OAuthAccount;
import dev.boxcar.relay.credential.oauth.OAuthProvider;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The options about a provider's addresses and what it is asked for. */
public final class ProviderOptions {
    private static final String ANY_TENANT = "common";

    @Option(
            names = "--tenant",
            paramLabel = "TENANT",
            description = "the organization, for microsoft (default: common, which is all of them)")
    @Nullable
    String tenant;

    @Option(
            names = "--authorize-url",
            paramLabel = "URL",
            converter = UrlConverter.class,
            description = "the page on which you log in (default: the provider's)")
    @Nullable
    URI authorizeUrl;

    @Option(
            names = "--device-url",
            paramLabel = "URL",
            converter = UrlConverter.class,
            description = "where a log-in by a code begins (default: the provider's)")
    @Nullable
    URI deviceUrl;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description = "what the token shall allow, in the provider's words (default: the provider's for mail)")
    @Nullable
    String scope;

    /** The provider with this name. A mistake is a {@link ParameterException} of {@code command}. */
    OAuthProvider named(String name, boolean isForClient, CommandLine command) {
        if (isForClient && name.equals("microsoft") && tenant == null) {
            throw new ParameterException(command, "--client-credentials: needs --tenant, the organization");
        }
        if (tenant != null && !tenant.matches("[A-Za-z0-9.-]+")) {
            throw new ParameterException(command, "--tenant: expected a domain or an id, not '" + tenant + "'");
        }
        OAuthProvider known = switch (name) {
            case "google" -> OAuthProvider.google();
            case "microsoft" -> OAuthProvider.microsoft(tenant == null ? ANY_TENANT : tenant);
            default -> OAuthProvider.of(tokenUrl(name, command));
        };
        OAuthProvider placed = known.withUrls(authorizeUrl, deviceUrl);
        return scope == null ? placed : placed.withScope(scope);
    }

    private static URI tokenUrl(String text, CommandLine command) {
        try {
            return OAuthAccount.url(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    command,
                    "PROVIDER: expected google, microsoft or a URL that begins with https://, not '" + text + "'");
        }
    }

    /** A URL to which secrets may be sent. */
    static final class UrlConverter implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                return OAuthAccount.url(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
