// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.async.tls.TlsSettings;
import dev.boxcar.cli.value.HostPort;
import dev.boxcar.cli.value.PatternConverter;
import dev.boxcar.smtp.client.ClientCredentials;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.web.mailpit.ChaosState;
import dev.boxcar.web.outbound.LinkCheck;
import dev.boxcar.web.outbound.MessageChecks;
import dev.boxcar.web.outbound.MessageRelease;
import dev.boxcar.web.outbound.SpamCheck;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that let the API do more than show mail: webhook, chaos, link check, release. */
public final class ApiOptions {
    @Option(
            names = "--webhook-url",
            paramLabel = "URL",
            converter = UrlConverter.class,
            description = "send a POST here for each message (default: none)")
    @Nullable
    URI webhookUrl;

    @Option(
            names = "--enable-chaos",
            description = "let the API make the server refuse senders, recipients and logins at random")
    boolean enableChaos;

    @Option(
            names = "--chaos-triggers",
            paramLabel = "TRIGGER,...",
            converter = TriggersConverter.class,
            description =
                    "what to refuse from the start, such as Sender:451:5 (5 %%); enables chaos (default: nothing)")
    @Nullable
    ChaosState chaosTriggers;

    @Option(names = "--link-check", description = "let the API visit the links in a message, except private addresses")
    boolean linkCheck;

    @Option(
            names = "--link-check-internal",
            description = "let the link check also visit private addresses, those of this machine's network")
    boolean linkCheckInternal;

    @Option(
            names = "--spamd",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "SpamAssassin's spamd for the spam check, such as localhost:783 (default: none)")
    @Nullable
    HostPort spamd;

    @Option(
            names = "--release-to",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "the server to which messages may be released (default: none)")
    @Nullable
    HostPort releaseTo;

    @Option(
            names = "--release-tls",
            paramLabel = "off|starttls|implicit",
            defaultValue = "off",
            converter = TlsModeConverter.class,
            description = "TLS to that server; starttls never falls back to clear text (default: ${DEFAULT-VALUE})")
    TlsMode releaseTls;

    @Option(names = "--release-tls-insecure", description = "accept any certificate of that server")
    boolean releaseTlsInsecure;

    @Option(
            names = "--release-auth",
            paramLabel = "USER:PASSWORD",
            description = "log in to that server; without TLS only if it is on this machine (default: no login)")
    @Nullable
    String releaseAuth;

    @Option(
            names = "--release-return-path",
            paramLabel = "MAILBOX",
            converter = MailboxConverter.class,
            description = "the sender address of released messages (default: the message's own sender)")
    @Nullable
    Mailbox releaseReturnPath;

    @Option(
            names = "--release-allow",
            paramLabel = "REGEX",
            converter = PatternConverter.class,
            description = "messages may be released to recipients that match (default: all)")
    @Nullable
    Pattern releaseAllow;

    @Option(
            names = "--release-block",
            paramLabel = "REGEX",
            converter = PatternConverter.class,
            description = "messages may not be released to recipients that match (default: none)")
    @Nullable
    Pattern releaseBlock;

    /** The URL to which each new message is posted; null if there is no webhook. */
    public @Nullable URI webhookUrl() {
        return webhookUrl;
    }

    /** The checks of messages that contact other machines. */
    public MessageChecks checks() {
        LinkCheck links = !linkCheck && !linkCheckInternal
                ? null
                : linkCheckInternal ? LinkCheck.includingPrivateAddresses() : new LinkCheck();
        return new MessageChecks(links, spamd == null ? null : new SpamCheck(spamd.host(), spamd.port()));
    }

    /** Whether messages can be released to another server. */
    public boolean releases() {
        return releaseTo != null;
    }

    /** How messages are released to another server; null if releasing is off. */
    public @Nullable MessageRelease release(String hostname) throws IOException {
        if (releaseTo == null) {
            return null;
        }
        var server = new OutgoingServer(releaseTo, releaseTls, releaseTlsInsecure, releaseAuth);
        return new MessageRelease(
                releaseTo.host(),
                releaseTo.port(),
                server.options(hostname),
                releaseReturnPath,
                releaseAllow,
                releaseBlock);
    }

    /** A server that gets messages, and how to connect to it. */
    record OutgoingServer(
            HostPort address,
            TlsMode tls,
            boolean anyCertificate,
            @Nullable String login) {
        ClientOptions options(String hostname) throws IOException {
            ClientOptions client = ClientOptions.named(hostname).withTimeouts(MessageRelease.TIMEOUTS);
            if (login != null) {
                int colon = Math.max(0, login.indexOf(':'));
                String password = login.substring(Math.min(login.length(), colon + 1));
                String user = login.substring(0, colon);
                client = client.withCredentials(
                        isThisMachine(address.host())
                                ? ClientCredentials.alsoInClearText(user, password)
                                : ClientCredentials.onlyInsideTls(user, password));
            }
            return tls == TlsMode.NONE ? client : client.withTls(tls, settings());
        }

        private TlsSettings settings() throws IOException {
            try {
                if (anyCertificate) {
                    return ClientTlsOptions.trustingAll(address.host(), address.port());
                }
                return TlsSettings.client(SSLContext.getDefault(), address.host(), address.port());
            } catch (NoSuchAlgorithmException e) {
                throw new IOException("cannot use TLS: " + e.getMessage(), e);
            }
        }
    }

    static boolean isThisMachine(String host) {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    /** The commands to refuse at random from the start; null if chaos is not enabled. */
    public @Nullable ChaosState chaos() {
        return chaosTriggers != null ? chaosTriggers : enableChaos ? ChaosState.OFF : null;
    }

    static final class TriggersConverter implements ITypeConverter<ChaosState> {
        @Override
        public ChaosState convert(String text) {
            try {
                return ChaosState.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static final class UrlConverter implements ITypeConverter<URI> {
        @Override
        public URI convert(String text) {
            try {
                var address = new URI(text);
                boolean isHttp =
                        "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
                if (isHttp && address.getHost() != null) {
                    return address;
                }
            } catch (URISyntaxException e) {
                // reported below, in a message for the user
            }
            throw new TypeConversionException("invalid URL '" + text + "' (example: http://localhost:9000/mail)");
        }
    }

    static final class MailboxConverter implements ITypeConverter<Mailbox> {
        @Override
        public Mailbox convert(String text) {
            try {
                return Mailbox.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("invalid mailbox '" + text + "' (example: a@b.example)");
            }
        }
    }

    static final class TlsModeConverter implements ITypeConverter<TlsMode> {
        @Override
        public TlsMode convert(String text) {
            return switch (text) {
                case "off" -> TlsMode.NONE;
                case "starttls" -> TlsMode.STARTTLS;
                case "implicit" -> TlsMode.IMPLICIT;
                default ->
                    throw new TypeConversionException("invalid value '" + text + "': use off, starttls or implicit");
            };
        }
    }
}
