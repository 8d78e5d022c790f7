// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.parameter;

import dev.boxcar.smtp.path.Utf8;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one MAIL or RCPT, read from their text when asked for (RFC 5321 §4.1.2).
 *
 * <p>What asks for one that is there malformed, which no session accepts, throws an IllegalArgumentException.
 * Immutable; any thread.
 */
public final class Parameters {
    /** No parameters at all. */
    public static final Parameters NONE = of("");

    private final String text;

    private Parameters(String text) {
        this.text = text;
    }

    /** The parameters in this text, parted by spaces: {@code SIZE=10 BODY=8BITMIME}. */
    public static Parameters of(String text) {
        return new Parameters(text.strip());
    }

    /** Whether it was given. */
    public boolean has(Parameter parameter) {
        return find(parameter, cursor -> true) != null;
    }

    /** Its value as on the wire, empty where it was given without; null where it was not given. */
    public @Nullable String value(Parameter parameter) {
        return find(parameter, ParameterCursor::value);
    }

    /** How many bytes were announced. */
    public OptionalLong size() {
        Long bytes = find(Parameter.SIZE, ParameterCursor::number);
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** What kind of bytes was announced, or null. */
    public @Nullable BodyType body() {
        String value = value(Parameter.BODY);
        return value == null
                ? null
                : Arrays.stream(BodyType.values())
                        .filter(type -> type.keyword().equalsIgnoreCase(value))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("malformed BODY"));
    }

    /** What to send back when the message cannot be delivered, or null. */
    public @Nullable ReturnContent returnContent() {
        return read(Parameter.RET, value -> ReturnContent.valueOf(value.toUpperCase(Locale.ROOT)));
    }

    /** By what name the sender knows the message, decoded; or null. */
    public @Nullable String envelopeId() {
        return read(Parameter.ENVID, Xtext::decode);
    }

    /** Until when the message is of use, or null. */
    public @Nullable DeliverBy deliverBy() {
        return read(Parameter.BY, DeliverBy::parse);
    }

    /** For how long to hold the message, or null. */
    public @Nullable Duration holdFor() {
        return read(Parameter.HOLDFOR, value -> Duration.ofSeconds(Long.parseLong(value)));
    }

    /** Until when to hold the message, or null. */
    public @Nullable Instant holdUntil() {
        return read(Parameter.HOLDUNTIL, FutureRelease::date);
    }

    /** How urgent the message is, from -9 to 9. */
    public OptionalInt priority() {
        Integer priority = read(Parameter.MT_PRIORITY, Integer::valueOf);
        return priority == null ? OptionalInt.empty() : OptionalInt.of(priority);
    }

    /**
     * When to tell the sender of this recipient; empty where nothing was said, which means FAILURE, and DELAY if the
     * host likes.
     */
    public Set<Notify> notifyWhen() {
        Set<Notify> wanted = read(Parameter.NOTIFY, Notify::parse);
        return wanted == null ? Set.of() : wanted;
    }

    /** For whom the sender meant the message, or null. */
    public @Nullable OriginalRecipient originalRecipient() {
        return read(Parameter.ORCPT, OriginalRecipient::parse);
    }

    private <T> @Nullable T read(Parameter parameter, Function<String, T> reader) {
        String value = value(parameter);
        return value == null ? null : reader.apply(value);
    }

    private <T> @Nullable T find(Parameter parameter, Function<ParameterCursor, T> answer) {
        byte[] bytes = Utf8.encode(text);
        var cursor = new ParameterCursor();
        cursor.reset(bytes, 0, bytes.length);
        while (cursor.next() == ParameterCursor.Step.FOUND) {
            if (cursor.is(parameter.keyword())) {
                return answer.apply(cursor);
            }
        }
        return null;
    }

    /** The text, as it came. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Parameters that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
