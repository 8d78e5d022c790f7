// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay;

import dev.boxcar.cli.relay.setting.LoginSource;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.relay.route.CredentialSource;
import dev.boxcar.relay.route.HopSettings;
import dev.boxcar.relay.route.MailHost;
import dev.boxcar.relay.route.NextHop;
import dev.boxcar.relay.route.TlsLevel;
import dev.boxcar.smtp.client.ClientProtocol;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The options about the servers that take all mail. */
public final class SmarthostOptions {
    private static final int SUBMISSION = 587;

    @Option(
            names = "--smarthost",
            paramLabel = "HOST[:PORT]",
            split = ",",
            converter = HostConverter.class,
            description =
                    "pass all mail to this server; several: the next takes over; port 465: implicit TLS (default: none, use MX, port 587)")
    List<MailHost> hosts = new ArrayList<>();

    @Option(
            names = "--smarthost-tls",
            paramLabel = "LEVEL",
            defaultValue = "verified",
            converter = LevelConverter.class,
            description = "none, opportunistic, required or verified (default: ${DEFAULT-VALUE})")
    TlsLevel tls;

    @Option(
            names = "--smarthost-tls-ca",
            paramLabel = "FILE",
            description = "trust these certificates (PEM) instead of the JDK's (default: none)")
    @Nullable
    Path authorities;

    @Option(
            names = "--smarthost-auth-file",
            paramLabel = "FILE",
            description = "log in to the smarthost; the file has one line USER:PASSWORD (default: none)")
    @Nullable
    Path authFile;

    @Option(
            names = "--smarthost-user",
            paramLabel = "USER",
            description = "log in to the smarthost as this user, with an OAuth token (default: none)")
    @Nullable
    String user;

    @Option(
            names = "--smarthost-token-file",
            paramLabel = "FILE",
            description = "the OAuth token, which another program renews (default: none)")
    @Nullable
    Path tokenFile;

    @Option(
            names = "--smarthost-token-command",
            paramLabel = "COMMAND",
            description =
                    "a shell command that prints an OAuth token, alone or as JSON with expires_in" + " (default: none)")
    @Nullable
    String tokenCommand;

    @Option(
            names = "--smarthost-oauth-file",
            paramLabel = "FILE",
            description =
                    "log in with OAuth tokens that the relay renews; boxcar relay login writes FILE (default: none)")
    @Nullable
    Path oauthFile;

    /** The next hop of all mail, with these settings; null if the MX records decide. */
    @Nullable
    NextHop nextHop(CommandLine command, HopSettings settings) {
        var login = new LoginSource(authFile, user, tokenFile, tokenCommand, oauthFile);
        if (hosts.isEmpty()) {
            if (!login.isNone()) {
                throw new ParameterException(command, "--smarthost-" + login.firstSetting() + ": needs --smarthost");
            }
            return null;
        }
        var ordered = new ArrayList<MailHost>();
        for (MailHost host : hosts) {
            ordered.add(new MailHost(host.name(), host.port(), ordered.size(), 1));
        }
        String name = String.join(",", ordered.stream().map(MailHost::toString).toList());
        boolean isSmarthost = true;
        return new NextHop(name, ordered, ClientProtocol.SMTP, tls, credentials(login, command), isSmarthost, settings);
    }

    private @Nullable CredentialSource credentials(LoginSource login, CommandLine command) {
        try {
            return login.source(tls);
        } catch (LoginSource.InvalidLoginException e) {
            throw new ParameterException(command, "--smarthost-" + e.setting() + ": " + e.getMessage());
        }
    }

    /** {@code HOST} or {@code HOST:PORT}. */
    static final class HostConverter implements ITypeConverter<MailHost> {
        @Override
        public MailHost convert(String text) {
            try {
                boolean hasPort = text.matches("(\\[.*\\]|[^:]*):[^:\\]]*");
                HostPort address = HostPort.parse(hasPort ? text : text + ":" + SUBMISSION);
                if (address.port() == 0) {
                    throw new IllegalArgumentException("invalid address '" + text + "': the port must be 1 to 65535");
                }
                return MailHost.of(address.host(), address.port());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()).replace(":" + SUBMISSION + "'", "'"));
            }
        }
    }

    /** The name of a level. */
    static final class LevelConverter implements ITypeConverter<TlsLevel> {
        @Override
        public TlsLevel convert(String text) {
            for (TlsLevel level : TlsLevel.values()) {
                if (level.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return level;
                }
            }
            throw new TypeConversionException(
                    "invalid level '" + text + "': use none, opportunistic, required or verified");
        }
    }
}
