// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.rewrite;

import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.unit.Glob;

/**
 * An address for those that match a pattern.
 *
 * @param pattern a glob for addresses, such as {@code *@*.lan.example}
 * @param localPart the new local part; {@link #KEEP} keeps the old one
 * @param domain the new domain
 */
public record AddressRule(Glob pattern, String localPart, String domain) {
    /** Keeps the local part. */
    public static final String KEEP = "*";

    /** Checks that the new address is one. */
    public AddressRule {
        var unused = new Mailbox(localPart.equals(KEEP) ? "a" : localPart, domain);
    }

    /**
     * Reads {@code PATTERN=ADDRESS}, such as {@code *@lan.example=*@example.org} or {@code root@*=admin@example.org}.
     *
     * @throws IllegalArgumentException whose message is for people
     */
    public static AddressRule parse(String text) {
        int equals = text.lastIndexOf('=');
        int at = text.lastIndexOf('@');
        if (equals < 1 || at < equals) {
            throw new IllegalArgumentException("invalid rule '" + text
                    + "': expected PATTERN=ADDRESS, such as *@lan.example=*@example.org or root@*=admin@example.org");
        }
        String pattern = text.substring(0, equals).strip();
        String localPart = text.substring(equals + 1, at).strip();
        String domain = text.substring(at + 1).strip();
        try {
            Mailbox.parse((localPart.equals(KEEP) ? "a" : localPart) + "@" + domain);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "invalid address '" + text.substring(equals + 1) + "' in the rule '" + text + "'", e);
        }
        return new AddressRule(new Glob(pattern), localPart, domain);
    }

    boolean matches(Mailbox mailbox) {
        return pattern.matches(mailbox.toString());
    }

    Mailbox apply(Mailbox mailbox) {
        return new Mailbox(localPart.equals(KEEP) ? mailbox.localPart() : localPart, domain);
    }

    @Override
    public String toString() {
        return pattern + "=" + localPart + "@" + domain;
    }
}
