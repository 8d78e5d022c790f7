// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.setting;

import dev.boxcar.cli.value.Hostname;
import dev.boxcar.relay.route.SourceAddress;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address of this machine, {@code ADDRESS} or {@code ADDRESS=HELO}. */
final class SourceAddressConverter implements ITypeConverter<SourceAddress> {
    @Override
    public SourceAddress convert(String text) {
        int equals = text.indexOf('=');
        String address = (equals < 0 ? text : text.substring(0, equals)).strip();
        InetAddress parsed = IpAddressText.parse(address);
        if (parsed == null || parsed.isAnyLocalAddress() || parsed.isMulticastAddress()) {
            throw new TypeConversionException("invalid address '" + text
                    + "': expected an IP address of this machine, such as 192.0.2.7 or 192.0.2.7=mail.example.org");
        }
        try {
            return new SourceAddress(
                    parsed,
                    equals < 0 ? "" : new Hostname(text.substring(equals + 1).strip()).name());
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
