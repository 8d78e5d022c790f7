// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.relay.shared;

import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where the queue is.
 *
 * @param engine the engine that several relays share; empty for this relay's own spool
 * @param addresses of the engine; the first that answers is used
 */
public record QueueLocation(String engine, List<String> addresses) {
    private static final String LOCAL = "local";

    public QueueLocation {
        addresses = List.copyOf(addresses);
    }

    boolean isLocal() {
        return engine.isEmpty();
    }

    @Override
    public String toString() {
        return isLocal() ? LOCAL : engine + ":" + String.join(",", addresses);
    }

    /** For picocli. */
    public static final class Converter implements ITypeConverter<QueueLocation> {
        @Override
        public QueueLocation convert(String text) {
            if (text.equals(LOCAL)) {
                return new QueueLocation("", List.of());
            }
            int colon = text.indexOf(':');
            if (colon < 1 || colon == text.length() - 1) {
                throw new TypeConversionException(
                        "invalid queue '" + text + "': use local, or artemis:tcp://HOST:61616,tcp://HOST2:61616");
            }
            return new QueueLocation(
                    text.substring(0, colon), List.of(text.substring(colon + 1).split(",", -1)));
        }
    }
}
