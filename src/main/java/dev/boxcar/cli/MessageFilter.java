// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli;

import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.cli.value.InstantConverter;
import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which messages are meant: a mixin for the commands that go through all. Several options mean all of them; text is
 * compared without case.
 */
final class MessageFilter {
    @Option(names = "--from", paramLabel = "TEXT", description = "only with TEXT in the sender of the envelope")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "TEXT", description = "only with TEXT in a recipient of the envelope")
    @Nullable
    String to;

    @Option(names = "--subject", paramLabel = "TEXT", description = "only with TEXT in the Subject, decoded")
    @Nullable
    String subject;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            converter = InstantConverter.class,
            description =
                    "only what came then or later: 2026-11-22, 2026-11-22T09:30:00Z (no zone: UTC), or 2h, 7d: so long ago")
    @Nullable
    Instant since;

    @Option(
            names = "--until",
            paramLabel = "WHEN",
            converter = InstantConverter.class,
            description = "only what came before then, in the same forms")
    @Nullable
    Instant until;

    @Option(
            names = "--larger",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "only messages of more than SIZE: 1000, 10k, 1MiB")
    @Nullable
    Long larger;

    @Option(
            names = "--smaller",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "only messages of less than SIZE")
    @Nullable
    Long smaller;

    /** Whether it is meant. Reads the message itself only where its subject is asked for. */
    boolean admits(SpoolRecord message) throws IOException {
        Instant came = message.received();
        return (larger == null || message.bodyLength() > larger)
                && (smaller == null || message.bodyLength() < smaller)
                && (since == null || !came.isBefore(since))
                && (until == null || came.isBefore(until))
                && (from == null || holds(Trace.sender(message), from))
                && (to == null || isTo(message, to))
                && (subject == null || holds(MessageHeader.of(message).subject(), subject));
    }

    private static boolean isTo(SpoolRecord message, String wanted) {
        return message.text().all("To").stream().anyMatch(value -> holds(Trace.path(value), wanted));
    }

    private static boolean holds(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
    }
}
