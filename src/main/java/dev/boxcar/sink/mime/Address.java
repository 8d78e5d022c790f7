// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.mime4j.dom.address.AddressList;
import org.apache.james.mime4j.dom.address.Group;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.field.address.LenientAddressParser;
import org.apache.james.mime4j.stream.ParserCursor;
import org.apache.james.mime4j.util.ByteSequence;
import org.apache.james.mime4j.util.ContentUtil;

/**
 * One address of a header, as people see it (RFC 5322 §3.4). Immutable.
 *
 * @param name the display name, decoded; empty where there is none
 * @param address {@code local-part@domain}, the local part without quotes; an empty text where there is no domain
 */
public record Address(String name, String address) {
    /** Of a header that is not there. */
    public static final Address NONE = new Address("", "");

    private static final int MOST_BYTES = 1024 * 1024;

    /**
     * The addresses of a header's value, groups taken apart; what is no address at all is a name without one. Throws
     * nothing.
     */
    public static List<Address> parse(String value) {
        if (value.isBlank() || value.length() > MOST_BYTES) {
            return List.of();
        }
        var found = new ArrayList<Address>();
        try {
            // bytes and a cursor over all of them: given characters, the parser takes their number for that of the
            // bytes
            ByteSequence bytes = ContentUtil.encode(UTF_8, value);
            var cursor = new ParserCursor(0, bytes.length());
            AddressList list = LenientAddressParser.DEFAULT.parseAddressList(bytes, cursor);
            for (Mailbox mailbox : list.flatten()) {
                found.add(of(mailbox));
            }
            if (found.isEmpty() && list.stream().anyMatch(Group.class::isInstance)) {
                return List.of(); // undisclosed-recipients:; holds nobody
            }
        } catch (RuntimeException | StackOverflowError hostile) {
            found.clear();
        }
        return found.isEmpty() ? List.of(new Address(EncodedWords.decode(value).strip(), "")) : List.copyOf(found);
    }

    private static Address of(Mailbox mailbox) {
        String name = mailbox.getName() == null ? "" : mailbox.getName();
        String address = mailbox.getAddress() == null ? "" : mailbox.getAddress();
        if (mailbox.getDomain() == null) {
            name = name.isEmpty() ? address : name;
            address = "";
        }
        return new Address(Headers.oneLine(EncodedWords.decode(name)).strip(), Headers.oneLine(address));
    }

    /** {@code Name <address>}. */
    @Override
    public String toString() {
        return name.isEmpty() ? "<" + address + ">" : name + " <" + address + ">";
    }
}
