// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.util.List;

/**
 * An address of a header field, as people read it (RFC 5322 §3.4). Immutable.
 *
 * @param name the display name, decoded; empty if there is none
 * @param address {@code local-part@domain}, the local part without quotation marks; empty without a domain
 */
public record Address(String name, String address) {
    /** The address of a missing header field. */
    public static final Address NONE = new Address("", "");

    private static final int MAX_CHARACTERS = 1024 * 1024;

    /**
     * The addresses in the value of a header field. A group is replaced by its addresses. Text without an address
     * becomes a name with an empty address. Throws nothing.
     */
    public static List<Address> parse(String value) {
        return value.isBlank() || value.length() > MAX_CHARACTERS ? List.of() : AddressParser.parse(value);
    }

    /** {@code Name <address>}. */
    @Override
    public String toString() {
        return name.isEmpty() ? "<" + address + ">" : name + " <" + address + ">";
    }
}
