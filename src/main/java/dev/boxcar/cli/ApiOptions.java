// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.smtp.client.ClientCredentials;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.web.mailpit.ChaosState;
import dev.boxcar.web.outbound.MessageRelease;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the API may do beyond showing mail: a mixin. Filled by picocli, through {@link Layers}. */
final class ApiOptions {
    @Option(
            names = "--webhook-url",
            paramLabel = "URL",
            converter = WebAddress.class,
            description = "where each message is announced by a POST (default: nowhere)")
    @Nullable
    URI webhookUrl;

    @Option(
            names = "--enable-chaos",
            description = "lets the API have senders, recipients and log-ins refused at random")
    boolean enableChaos;

    @Option(
            names = "--chaos-triggers",
            paramLabel = "TRIGGER,...",
            converter = Triggers.class,
            description = "what is refused at first, such as Sender:451:5 (5 %%); enables chaos (default: nothing)")
    @Nullable
    ChaosState chaosTriggers;

    @Option(names = "--link-check", description = "lets the API visit the links of a message; never private addresses")
    boolean linkCheck;

    @Option(
            names = "--release-to",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "the server that messages may be released to (default: none are released)")
    @Nullable
    HostPort releaseTo;

    @Option(
            names = "--release-tls",
            paramLabel = "off|starttls|implicit",
            defaultValue = "off",
            converter = SecurityConverter.class,
            description =
                    "starttls: nothing is sent without it; implicit: TLS from the first octet on (default: ${DEFAULT-VALUE})")
    TlsMode releaseTls;

    @Option(
            names = "--release-tls-insecure",
            description = "trusts any certificate there, for any name; for servers of one's own")
    boolean releaseTlsInsecure;

    @Option(
            names = "--release-auth",
            paramLabel = "USER:PASSWORD",
            description = "who to be there; said without TLS only to an address of this machine (default: nobody)")
    @Nullable
    String releaseAuth;

    @Option(
            names = "--release-return-path",
            paramLabel = "MAILBOX",
            converter = MailboxConverter.class,
            description = "whom failures of released messages are told to (default: the message's own sender)")
    @Nullable
    Mailbox releaseReturnPath;

    @Option(
            names = "--release-allow",
            paramLabel = "REGEX",
            converter = Expression.class,
            description = "the recipients that messages may be released to (default: all)")
    @Nullable
    Pattern releaseAllow;

    @Option(
            names = "--release-block",
            paramLabel = "REGEX",
            converter = Expression.class,
            description = "the recipients that messages may not be released to (default: none)")
    @Nullable
    Pattern releaseBlock;

    /** How messages are released; null where they are not. */
    @Nullable
    MessageRelease release(String hostname) throws IOException {
        if (releaseTo == null) {
            return null;
        }
        ClientOptions client = ClientOptions.named(hostname).withTimeouts(MessageRelease.TIMEOUTS);
        if (releaseAuth != null) {
            int colon = Math.max(0, releaseAuth.indexOf(':'));
            String password = releaseAuth.substring(Math.min(releaseAuth.length(), colon + 1));
            client = client.withCredentials(new ClientCredentials(releaseAuth.substring(0, colon), password, isHere(releaseTo.host())));
        }
        if (releaseTls != TlsMode.NONE) {
            client = client.withTls(releaseTls, tls(releaseTo));
        }
        return new MessageRelease(
                releaseTo.host(), releaseTo.port(), client, releaseReturnPath, releaseAllow, releaseBlock);
    }

    private TlsSettings tls(HostPort server) throws IOException {
        try {
            if (releaseTlsInsecure) {
                return ClientTls.trustingAll(server.host(), server.port());
            }
            return TlsSettings.client(SSLContext.getDefault(), server.host(), server.port());
        } catch (NoSuchAlgorithmException e) {
            throw new IOException("--release-tls: " + e.getMessage(), e);
        }
    }

    private static boolean isHere(String host) {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    /** What is refused from the start; null where chaos is not enabled. */
    @Nullable
    ChaosState chaos() {
        return chaosTriggers != null ? chaosTriggers : enableChaos ? ChaosState.OFF : null;
    }

    static final class Triggers implements ITypeConverter<ChaosState> {
        @Override
        public ChaosState convert(String text) {
            try {
                return ChaosState.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class WebAddress implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                var address = new URI(text);
                boolean web =
                        "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
                if (web && address.getHost() != null) {
                    return address;
                }
            } catch (URISyntaxException e) {
                // said below, in the user's words
            }
            throw new TypeConversionException("'" + text + "' is not an address such as http://localhost:9000/mail");
        }
    }

    static final class MailboxConverter implements ITypeConverter<Mailbox> {
        @Override
        public Mailbox convert(String text) {
            try {
                return Mailbox.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is not a mailbox such as a@b.example");
            }
        }
    }

    static final class Expression implements ITypeConverter<Pattern> {
        @Override
        public Pattern convert(String text) {
            try {
                return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
            } catch (PatternSyntaxException e) {
                throw new TypeConversionException("'" + text + "' is not a regular expression: " + e.getDescription());
            }
        }
    }

    static final class SecurityConverter implements ITypeConverter<TlsMode> {
        @Override
        public TlsMode convert(String text) {
            return switch (text) {
                case "off" -> TlsMode.NONE;
                case "starttls" -> TlsMode.STARTTLS;
                case "implicit" -> TlsMode.IMPLICIT;
                default -> throw new TypeConversionException("'" + text + "' is none of off, starttls, implicit");
            };
        }
    }
}
