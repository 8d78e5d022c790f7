// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A host name for the banner or for EHLO: a domain (RFC 5321 §4.1.2) of at most 255 bytes (§4.5.3.1.2). */
public record Hostname(String name) {
    private static final Pattern DOMAIN =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*");
    private static final int MAX_BYTES = 255;

    /** Throws {@link IllegalArgumentException} with a message for the user. */
    public Hostname {
        if (!isDomain(name)) {
            throw new IllegalArgumentException(
                    "invalid host name '" + name + "': not a domain (RFC 5321 section 4.1.2)");
        }
    }

    /**
     * The machine's name according to its environment and files; {@code localhost} if they have no valid one. Does not
     * query the name service, which may be slow or hang.
     */
    public static Hostname ofThisMachine(Map<String, String> environment) {
        return Stream.of(
                        Optional.ofNullable(environment.get("HOSTNAME")),
                        firstLine(Path.of("/proc/sys/kernel/hostname")),
                        firstLine(Path.of("/etc/hostname")),
                        Optional.ofNullable(environment.get("COMPUTERNAME")))
                .flatMap(Optional::stream)
                .filter(Hostname::isDomain)
                .findFirst()
                .map(Hostname::new)
                .orElseGet(() -> new Hostname("localhost"));
    }

    private static boolean isDomain(String name) {
        return name.length() <= MAX_BYTES && DOMAIN.matcher(name).matches();
    }

    private static Optional<String> firstLine(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.stream().findFirst().map(String::strip);
        } catch (IOException e) {
            return Optional.empty(); // this system has no such file
        }
    }

    /** For picocli. */
    public static final class Converter implements ITypeConverter<Hostname> {
        @Override
        public Hostname convert(String text) {
            try {
                return new Hostname(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
