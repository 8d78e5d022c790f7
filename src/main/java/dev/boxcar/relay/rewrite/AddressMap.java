// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.rewrite;

import dev.boxcar.smtp.path.Mailbox;
import java.util.List;

/** Addresses for other addresses: the first rule that matches decides. Immutable; any thread. */
public record AddressMap(List<AddressRule> rules) {
    /** Changes no address. */
    public static final AddressMap NONE = new AddressMap(List.of());

    public AddressMap {
        rules = List.copyOf(rules);
    }

    /** Whether it changes no address. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** The address in place of this one; the same if no rule matches. The new address is not looked up again. */
    public Mailbox apply(Mailbox mailbox) {
        for (AddressRule rule : rules) {
            if (rule.matches(mailbox)) {
                return rule.apply(mailbox);
            }
        }
        return mailbox;
    }
}
