// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.spool;

import dev.boxcar.cli.value.InstantConverter;
import dev.boxcar.cli.value.SizeConverter;
import dev.boxcar.spool.SpoolRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that select messages, for {@code ls} and {@code export}. A message must match all of them. Texts are
 * compared without regard to case.
 */
final class MessageFilter {
    @Option(names = "--from", paramLabel = "TEXT", description = "only messages with TEXT in the envelope sender")
    @Nullable
    String from;

    @Option(names = "--to", paramLabel = "TEXT", description = "only messages with TEXT in an envelope recipient")
    @Nullable
    String to;

    @Option(names = "--subject", paramLabel = "TEXT", description = "only messages with TEXT in the decoded Subject")
    @Nullable
    String subject;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            converter = InstantConverter.class,
            description =
                    "only messages received since WHEN: 2026-11-22, 2026-11-22T09:30:00Z (UTC if no zone), 2h or 7d ago")
    @Nullable
    Instant since;

    @Option(
            names = "--until",
            paramLabel = "WHEN",
            converter = InstantConverter.class,
            description = "only messages received before WHEN, in the same formats")
    @Nullable
    Instant until;

    @Option(
            names = "--larger",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "only messages larger than SIZE: 1000, 10K, 1MiB")
    @Nullable
    Long larger;

    @Option(
            names = "--smaller",
            paramLabel = "SIZE",
            converter = SizeConverter.class,
            description = "only messages smaller than SIZE")
    @Nullable
    Long smaller;

    /** Whether the message matches. Reads the message itself only if {@code --subject} was given. */
    boolean matches(SpoolRecord message) throws IOException {
        Instant received = message.received();
        return (larger == null || message.bodyLength() > larger)
                && (smaller == null || message.bodyLength() < smaller)
                && (since == null || !received.isBefore(since))
                && (until == null || received.isBefore(until))
                && (from == null || contains(TraceFields.sender(message), from))
                && (to == null || hasRecipient(message, to))
                && (subject == null || contains(StoredHeader.of(message).subject(), subject));
    }

    private static boolean hasRecipient(SpoolRecord message, String wanted) {
        return TraceFields.recipients(message).stream().anyMatch(path -> contains(path, wanted));
    }

    private static boolean contains(String text, String wanted) {
        return text.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
    }
}
