// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** For picocli: a server to connect to, {@code HOST:PORT}; the name is not looked up yet. */
final class ServerAddress implements ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
        HostPort parts = new HostPort.Converter().convert(text);
        if (parts.port() == 0) {
            throw new TypeConversionException("'" + text + "': nobody listens at port 0");
        }
        return InetSocketAddress.createUnresolved(parts.host(), parts.port());
    }
}
