// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.alias;

import dev.boxcar.smtp.path.Mailbox;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The domains whose addresses are local names: those without a domain, of {@code localhost}, of the relay's own name,
 * of the machine's, and of the origin.
 *
 * @param origin the domain of a local name that is no alias
 * @param domains all of them, in lower case
 */
public record LocalDomains(String origin, Set<String> domains) {
    /** A local part that needs no quotes (RFC 5321 §4.1.2). */
    private static final String ATOMS = "[^\\s\"(),:;<>@\\[\\\\\\].]+(\\.[^\\s\"(),:;<>@\\[\\\\\\].]+)*";

    public LocalDomains {
        domains = Set.copyOf(domains);
    }

    /** The domains of a relay with this name and origin. */
    public static LocalDomains of(String hostname, String origin) {
        return new LocalDomains(
                origin,
                new TreeSet<>(List.of("", "localhost", "localhost.localdomain", lower(hostname), lower(origin))));
    }

    /** These domains and another one. */
    public LocalDomains with(String domain) {
        var more = new TreeSet<>(domains);
        more.add(lower(domain));
        return new LocalDomains(origin, more);
    }

    /** Whether addresses of this domain are local names. */
    public boolean include(String domain) {
        return domains.contains(lower(domain));
    }

    /** The address of a local name that is no alias. */
    Mailbox mailbox(String name) {
        String quoted = "\"" + name.replaceAll("([\"\\\\])", "\\\\$1") + "\"";
        return Mailbox.parse((name.matches(ATOMS) ? name : quoted) + "@" + origin);
    }

    private static String lower(String domain) {
        return domain.toLowerCase(Locale.ROOT);
    }
}
