// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.sink.mime.Address;
import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads addresses as users and header fields write them. A name without a domain is a user of this host.
 *
 * @param hostname the domain of addresses without one
 */
record MailAddresses(String hostname) {
    private static final String ATOM = "[\\p{Alnum}!#$%&'*+/=?^_`{|}~\\u0080-\\uFFFF-]+";
    private static final String LOCAL_PART = ATOM + "(?:\\." + ATOM + ")*";

    /** The sender of {@code -f}: an address, or nothing. */
    ReversePath sender(String text) throws SendmailException {
        String bare = text.strip();
        if (bare.isEmpty() || bare.equals("<>")) {
            return ReversePath.NULL;
        }
        List<Mailbox> found = mailboxes(bare, SendmailException.USAGE);
        if (found.size() != 1) {
            throw invalid(text, SendmailException.USAGE);
        }
        return new ReversePath(List.of(), found.get(0));
    }

    /** The address of a user of this host. */
    Mailbox user(String name) {
        return new Mailbox(localPart(name), hostname);
    }

    /** The recipients in an argument: one address, or several with commas between them. */
    List<ForwardPath> recipients(String text, int statusIfInvalid) throws SendmailException {
        return mailboxes(text, statusIfInvalid).stream()
                .map(mailbox -> new ForwardPath(List.of(), mailbox))
                .toList();
    }

    private List<Mailbox> mailboxes(String text, int statusIfInvalid) throws SendmailException {
        String bare = text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
        try {
            return List.of(bare.matches(LOCAL_PART) ? new Mailbox(bare, hostname) : Mailbox.parse(bare));
        } catch (IllegalArgumentException e) {
            // with a display name, or several
        }
        boolean hasMoreThanAddress = text.chars().anyMatch(c -> "<,;:\"(".indexOf(c) >= 0);
        if (!hasMoreThanAddress) {
            throw invalid(text, statusIfInvalid);
        }
        var found = new ArrayList<Mailbox>();
        for (Address address : Address.parse(text)) {
            found.add(mailbox(address, text, statusIfInvalid));
        }
        return found;
    }

    private Mailbox mailbox(Address address, String text, int statusIfInvalid) throws SendmailException {
        int at = address.address().lastIndexOf('@');
        try {
            if (at > 0) {
                if (!address.address().substring(0, at).matches(LOCAL_PART) && text.indexOf('"') < 0) {
                    throw invalid(text, statusIfInvalid);
                }
                String local = localPart(address.address().substring(0, at));
                return Mailbox.parse(local + "@" + address.address().substring(at + 1));
            }
            String name = address.address().isEmpty() ? address.name() : address.address();
            if (name.matches(LOCAL_PART)) {
                return new Mailbox(name, hostname);
            }
        } catch (IllegalArgumentException e) {
            throw invalid(text, statusIfInvalid);
        }
        throw invalid(text, statusIfInvalid);
    }

    private static String localPart(String unquoted) {
        return unquoted.matches(LOCAL_PART) ? unquoted : "\"" + unquoted.replaceAll("([\"\\\\])", "\\\\$1") + "\"";
    }

    private static SendmailException invalid(String text, int status) {
        return new SendmailException(status, "invalid address '" + text + "' (example: ben@b.example)");
    }
}
