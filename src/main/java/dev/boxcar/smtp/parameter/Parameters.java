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
 * The parameters of one MAIL or RCPT (RFC 5321 §4.1.2), parsed from their text at each call.
 *
 * <p>A getter throws an IllegalArgumentException if its parameter is malformed; the server accepts no such parameter.
 * Immutable; any thread.
 */
public final class Parameters {
    /** No parameters. */
    public static final Parameters NONE = of("");

    private final String text;

    private Parameters(String text) {
        this.text = text;
    }

    /** The parameters in this text, separated by spaces: {@code SIZE=10 BODY=8BITMIME}. */
    public static Parameters of(String text) {
        return new Parameters(text.strip());
    }

    /** Whether this parameter is present. */
    public boolean has(Parameter parameter) {
        return find(parameter, cursor -> true) != null;
    }

    /** The value of this parameter as on the wire, empty if it has none; null if the parameter is not present. */
    public @Nullable String value(Parameter parameter) {
        return find(parameter, ParameterCursor::value);
    }

    /** The declared size of the message, in bytes. */
    public OptionalLong size() {
        Long bytes = find(Parameter.SIZE, ParameterCursor::number);
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** The declared kind of content, or null. */
    public @Nullable BodyType body() {
        String value = value(Parameter.BODY);
        return value == null
                ? null
                : Arrays.stream(BodyType.values())
                        .filter(type -> type.keyword().equalsIgnoreCase(value))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("malformed BODY"));
    }

    /** What to return if the message cannot be delivered, or null. */
    public @Nullable ReturnContent returnContent() {
        return parse(Parameter.RET, value -> ReturnContent.valueOf(value.toUpperCase(Locale.ROOT)));
    }

    /** The sender's id for the message, decoded, or null. */
    public @Nullable String envelopeId() {
        return parse(Parameter.ENVID, Xtext::decode);
    }

    /** By when the message must be delivered, or null. */
    public @Nullable DeliverBy deliverBy() {
        return parse(Parameter.BY, DeliverBy::parse);
    }

    /** For how long to hold the message, or null. */
    public @Nullable Duration holdFor() {
        return parse(Parameter.HOLDFOR, value -> Duration.ofSeconds(Long.parseLong(value)));
    }

    /** Until when to hold the message, or null. */
    public @Nullable Instant holdUntil() {
        return parse(Parameter.HOLDUNTIL, FutureRelease::date);
    }

    /** The priority of the message, from -9 to 9. */
    public OptionalInt priority() {
        Integer priority = parse(Parameter.MT_PRIORITY, Integer::valueOf);
        return priority == null ? OptionalInt.empty() : OptionalInt.of(priority);
    }

    /**
     * When to notify the sender about this recipient. Empty if NOTIFY is not present, which means FAILURE, and DELAY at
     * the server's discretion.
     */
    public Set<Notify> notifyWhen() {
        Set<Notify> values = parse(Parameter.NOTIFY, Notify::parse);
        return values == null ? Set.of() : values;
    }

    /** The original recipient, or null. */
    public @Nullable OriginalRecipient originalRecipient() {
        return parse(Parameter.ORCPT, OriginalRecipient::parse);
    }

    private <T> @Nullable T parse(Parameter parameter, Function<String, T> parser) {
        String value = value(parameter);
        return value == null ? null : parser.apply(value);
    }

    private <T> @Nullable T find(Parameter parameter, Function<ParameterCursor, T> getter) {
        byte[] bytes = Utf8.encode(text);
        var cursor = new ParameterCursor();
        cursor.reset(bytes, 0, bytes.length);
        while (cursor.next() == ParameterCursor.Step.FOUND) {
            if (cursor.is(parameter.keyword())) {
                return getter.apply(cursor);
            }
        }
        return null;
    }

    /** The text as received. */
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
