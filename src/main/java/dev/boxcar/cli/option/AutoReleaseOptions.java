// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.option;

import dev.boxcar.cli.value.HostPort;
import dev.boxcar.cli.value.PatternConverter;
import dev.boxcar.smtp.client.TlsMode;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.web.outbound.MessageRelease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that make the sink pass on messages without being asked: to their recipients, or to fixed addresses. */
public final class AutoReleaseOptions {
    @Option(
            names = "--release-all",
            description = "release every message to its own recipients at once, as far as --release-allow permits")
    boolean releaseAll;

    @Option(
            names = "--release-matching",
            paramLabel = "REGEX",
            converter = PatternConverter.class,
            description = "release every message at once to its recipients that match (default: none)")
    @Nullable
    Pattern releaseMatching;

    @Option(
            names = "--forward-to",
            paramLabel = "ADDRESS,...",
            converter = AddressesConverter.class,
            description = "send a copy of every message to these addresses; needs --forward-server (default: none)")
    @Nullable
    List<Mailbox> forwardTo;

    @Option(
            names = "--forward-server",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "the server that gets the copies; needs --forward-to (default: none)")
    @Nullable
    HostPort forwardServer;

    @Option(
            names = "--forward-tls",
            paramLabel = "off|starttls|implicit",
            defaultValue = "off",
            converter = ApiOptions.TlsModeConverter.class,
            description = "TLS to that server; starttls never falls back to clear text (default: ${DEFAULT-VALUE})")
    TlsMode forwardTls;

    @Option(names = "--forward-tls-insecure", description = "accept any certificate of that server")
    boolean forwardTlsInsecure;

    @Option(
            names = "--forward-auth",
            paramLabel = "USER:PASSWORD",
            description = "log in to that server; without TLS only if it is on this machine (default: no login)")
    @Nullable
    String forwardAuth;

    @Option(
            names = "--forward-return-path",
            paramLabel = "MAILBOX",
            converter = ApiOptions.MailboxConverter.class,
            description = "the sender address of the copies (default: the message's own sender)")
    @Nullable
    Mailbox forwardReturnPath;

    /** Whether any message is passed on without being asked. */
    public boolean isWanted() {
        return releasesArrivals() || forwardTo != null;
    }

    /** Whether messages are released to their own recipients when they arrive. */
    public boolean releasesArrivals() {
        return releaseAll || releaseMatching != null;
    }

    /** Chooses the recipients of a message to which it is released. */
    public UnaryOperator<List<Mailbox>> releaseRule() {
        Pattern matching = releaseMatching;
        return recipients -> releaseAll || matching == null
                ? recipients
                : recipients.stream()
                        .filter(mailbox -> matching.matcher(mailbox.toString()).find())
                        .toList();
    }

    /** Chooses the addresses that get a copy of each message. */
    public UnaryOperator<List<Mailbox>> forwardRule() {
        List<Mailbox> addresses = forwardTo == null ? List.of() : forwardTo;
        return recipients -> addresses;
    }

    /** The server that gets copies; null if there is none. */
    public @Nullable MessageRelease forward(String hostname) throws IOException {
        if (forwardServer == null || forwardTo == null) {
            return null;
        }
        var server = new ApiOptions.OutgoingServer(forwardServer, forwardTls, forwardTlsInsecure, forwardAuth);
        return new MessageRelease(
                forwardServer.host(), forwardServer.port(), server.options(hostname), forwardReturnPath, null, null);
    }

    /** Checks that the options fit together; {@code releases} is whether there is a server to release to. */
    public void check(CommandLine command, boolean releases) {
        if (releasesArrivals() && !releases) {
            String option = releaseAll ? "--release-all" : "--release-matching";
            throw new ParameterException(command, option + ": needs --release-to");
        }
        if ((forwardTo == null) != (forwardServer == null)) {
            throw new ParameterException(
                    command,
                    forwardTo == null
                            ? "--forward-server: needs --forward-to"
                            : "--forward-to: needs --forward-server");
        }
    }

    static final class AddressesConverter implements ITypeConverter<List<Mailbox>> {
        @Override
        public List<Mailbox> convert(String text) {
            var addresses = new ArrayList<Mailbox>();
            for (String one : text.split(",", -1)) {
                addresses.add(new ApiOptions.MailboxConverter().convert(one.strip()));
            }
            return List.copyOf(addresses);
        }
    }
}
