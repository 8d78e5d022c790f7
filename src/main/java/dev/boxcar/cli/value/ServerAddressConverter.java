// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the address of a server to connect to, {@code HOST:PORT}. Does not resolve the host name. */
public final class ServerAddressConverter implements ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
        HostPort address = new HostPort.Converter().convert(text);
        if (address.port() == 0) {
            throw new TypeConversionException("invalid address '" + text + "': the port must be 1 to 65535");
        }
        return InetSocketAddress.createUnresolved(address.host(), address.port());
    }
}
