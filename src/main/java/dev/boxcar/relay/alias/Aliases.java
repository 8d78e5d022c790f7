// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.alias;

import dev.boxcar.smtp.path.Mailbox;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Local names, and the addresses that they stand for. Case does not count. Immutable; any thread. */
public final class Aliases {
    private final Map<String, List<Mailbox>> addresses;
    private final LocalDomains local;

    /** Aliases with all names replaced; the keys are in lower case. */
    Aliases(Map<String, List<Mailbox>> addresses, LocalDomains local) {
        this.addresses = Map.copyOf(addresses);
        this.local = local;
    }

    /** No aliases. */
    public static Aliases none(LocalDomains local) {
        return new Aliases(Map.of(), local);
    }

    /** Whether there is no alias. */
    public boolean areEmpty() {
        return addresses.isEmpty();
    }

    /** The number of names. */
    public int size() {
        return addresses.size();
    }

    /** The addresses that a mailbox stands for: itself if it is no alias. */
    public List<Mailbox> of(Mailbox mailbox) {
        List<Mailbox> found = local.include(mailbox.domain()) ? addresses.get(key(mailbox)) : null;
        return found == null ? List.of(mailbox) : found;
    }

    static String key(Mailbox mailbox) {
        return mailbox.unquotedLocalPart().toLowerCase(Locale.ROOT);
    }
}
