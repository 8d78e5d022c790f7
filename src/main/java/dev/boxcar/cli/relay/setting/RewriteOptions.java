// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.setting;

import dev.boxcar.cli.value.Hostname;
import dev.boxcar.relay.alias.AliasFile;
import dev.boxcar.relay.alias.Aliases;
import dev.boxcar.relay.alias.InvalidAliasesException;
import dev.boxcar.relay.alias.LocalDomains;
import dev.boxcar.relay.alias.RecipientExpansion;
import dev.boxcar.relay.rewrite.AddressMap;
import dev.boxcar.relay.rewrite.AddressRule;
import dev.boxcar.relay.rewrite.MailRewriting;
import dev.boxcar.smtp.path.Mailbox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options about addresses that the relay changes. */
public final class RewriteOptions {
    @Option(
            names = "--origin",
            paramLabel = "NAME",
            converter = Hostname.Converter.class,
            description = "the domain of addresses that have none (default: the host name)")
    @Nullable
    Hostname origin;

    @Option(
            names = "--aliases",
            paramLabel = "FILE",
            description = "addresses for local names, in the format of /etc/aliases (default: none)")
    @Nullable
    Path aliases;

    @Option(
            names = "--always-from",
            paramLabel = "ADDRESS",
            converter = AddressConverter.class,
            description = "the sender of all mail; the author goes to Reply-To (default: senders stay)")
    @Nullable
    Mailbox alwaysFrom;

    @Option(
            names = "--sender-map",
            paramLabel = "RULES",
            split = ",",
            converter = RuleConverter.class,
            description = "other addresses for senders, such as root@*=admin@example.org,*@lan=*@example.org"
                    + " (default: none)")
    List<AddressRule> senderMap = new ArrayList<>();

    @Option(
            names = "--masquerade",
            paramLabel = "LIST",
            split = ",",
            converter = DomainConverter.class,
            description = "domains that hide the names of their hosts in senders (default: none)")
    List<String> masquerade = new ArrayList<>();

    @Option(
            names = "--recipient-map",
            paramLabel = "RULES",
            split = ",",
            converter = RuleConverter.class,
            description = "other addresses for recipients, written like --sender-map (default: none)")
    List<AddressRule> recipientMap = new ArrayList<>();

    @Option(
            names = "--remove-headers",
            paramLabel = "LIST",
            split = ",",
            converter = FieldConverter.class,
            description = "header fields to remove, such as X-Originating-IP (default: none)")
    List<String> removedFields = new ArrayList<>();

    /** The domain of addresses that have none. */
    public String origin(String hostname) {
        return origin == null ? hostname : origin.name();
    }

    /** What is changed in outgoing mail. */
    public MailRewriting rewriting(String hostname) {
        return MailRewriting.NONE
                .withOrigin(origin(hostname))
                .withSenders(new AddressMap(senderMap))
                .withMasquerade(masquerade)
                .withAlwaysFrom(alwaysFrom)
                .withRemovedFields(Set.copyOf(new TreeSet<>(removedFields)));
    }

    /**
     * Who gets incoming mail. Reads the file of aliases.
     *
     * @param machine the name of this machine, which programs such as sendmail put after local names
     */
    public RecipientExpansion expansion(String hostname, String machine) throws InvalidAliasesException {
        LocalDomains local = LocalDomains.of(hostname, origin(hostname)).with(machine);
        Aliases read = aliases == null ? Aliases.none(local) : AliasFile.read(aliases, local);
        return new RecipientExpansion(new AddressMap(recipientMap), read, local);
    }

    /** An address with a domain. */
    public static final class AddressConverter implements ITypeConverter<Mailbox> {
        @Override
        public Mailbox convert(String text) {
            try {
                return Mailbox.parse(text.strip());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("invalid address '" + text + "': expected one such as a@example.org");
            }
        }
    }

    /** A rule of a map. */
    static final class RuleConverter implements ITypeConverter<AddressRule> {
        @Override
        public AddressRule convert(String text) {
            try {
                return AddressRule.parse(text.strip());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** A domain, in lower case. */
    public static final class DomainConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                return new Hostname(text.strip()).name().toLowerCase(Locale.ROOT);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "invalid domain '" + text + "': expected names such as example.org, separated by commas");
            }
        }
    }

    /** The name of a header field that may be removed, in lower case. */
    static final class FieldConverter implements ITypeConverter<String> {
        private static final Set<String> NEEDED = Set.of("from", "date"); // RFC 5322 §3.6

        @Override
        public String convert(String text) {
            String name = text.strip().toLowerCase(Locale.ROOT);
            if (!name.matches("[!-9;-~]+")) {
                throw new TypeConversionException("invalid name of a header field '" + text + "'");
            }
            if (NEEDED.contains(name)) {
                throw new TypeConversionException("'" + text + "' cannot be removed: every message needs one");
            }
            return name;
        }
    }
}
