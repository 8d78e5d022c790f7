// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import dev.boxcar.cli.value.DurationConverter;
import dev.boxcar.cli.value.GlobConverter;
import dev.boxcar.spool.Ulid;
import dev.boxcar.unit.Glob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Chooses messages: by id, or by all of the options that are given. */
final class QueueFilter {
    @Parameters(arity = "0..*", paramLabel = "ID", converter = IdConverter.class, description = "ids of messages")
    List<Ulid> ids = new ArrayList<>();

    @Option(
            names = "--to",
            paramLabel = "GLOB",
            converter = GlobConverter.class,
            description = "with a recipient such as *@example.org")
    @Nullable
    Glob to;

    @Option(
            names = "--from",
            paramLabel = "GLOB",
            converter = GlobConverter.class,
            description = "of a sender such as *@example.org; <> for none")
    @Nullable
    Glob from;

    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            converter = GlobConverter.class,
            description = "with a recipient in this domain")
    @Nullable
    Glob domain;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            converter = StateConverter.class,
            description = "active, deferred, held or scheduled")
    QueuedMessage.@Nullable Waiting state;

    @Option(
            names = "--older",
            paramLabel = "DURATION",
            converter = DurationConverter.Age.class,
            description = "accepted longer ago than this")
    @Nullable
    Duration older;

    @Option(names = "--reply", paramLabel = "TEXT", description = "whose latest reply contains this text")
    @Nullable
    String reply;

    private @Nullable Set<Ulid> distinctIds;

    /** Whether anything chooses. */
    boolean isGiven() {
        return !ids.isEmpty() || hasConditions();
    }

    /** Whether something else than ids chooses. */
    boolean hasConditions() {
        return to != null || from != null || domain != null || state != null || older != null || reply != null;
    }

    /** Whether the message is chosen; without any option, every message is. */
    boolean matches(QueuedMessage message) {
        return isNamed(message.id())
                && (to == null || recipients(message).anyMatch(to::matches))
                && (domain == null
                        || recipients(message).map(QueueFilter::domainOf).anyMatch(domain::matches))
                && (from == null || isFrom(message, from))
                && (state == null || message.waiting() == state)
                && (older == null || message.received().isBefore(Instant.now().minus(older)))
                && (reply == null || hasReply(message, reply.toLowerCase(Locale.ROOT)));
    }

    private boolean isNamed(Ulid id) {
        Set<Ulid> named = distinctIds;
        if (named == null) {
            named = new HashSet<>(ids); // scripts name thousands
            distinctIds = named;
        }
        return named.isEmpty() || named.contains(id);
    }

    private static boolean hasReply(QueuedMessage message, String part) {
        return message.state().pending().stream()
                .anyMatch(
                        recipient -> recipient.reply().toLowerCase(Locale.ROOT).contains(part));
    }

    private static Stream<String> recipients(QueuedMessage message) {
        return message.state().pending().stream().map(message::address);
    }

    private static String domainOf(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    private static boolean isFrom(QueuedMessage message, Glob from) {
        return from.pattern().equals("<>") ? message.sender().isEmpty() : from.matches(message.sender());
    }

    /** An id of a message. */
    static final class IdConverter implements ITypeConverter<Ulid> {
        @Override
        public Ulid convert(String text) {
            Ulid id = Ulid.parse(text);
            if (id == null) {
                throw new TypeConversionException("invalid id '" + text + "': an id has 26 letters and digits");
            }
            return id;
        }
    }

    /** A state of a message. */
    static final class StateConverter implements ITypeConverter<QueuedMessage.Waiting> {
        @Override
        public QueuedMessage.Waiting convert(String text) {
            for (QueuedMessage.Waiting each : QueuedMessage.Waiting.values()) {
                if (each.text().equals(text)) {
                    return each;
                }
            }
            throw new TypeConversionException("invalid state '" + text + "': use active, deferred, held or scheduled");
        }
    }
}
