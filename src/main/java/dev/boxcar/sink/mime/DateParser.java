// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import java.time.Instant;
import java.util.Date;
import org.apache.james.mime4j.dom.field.DateTimeField;
import org.apache.james.mime4j.field.DateTimeFieldLenientImpl;
import org.apache.james.mime4j.stream.RawField;
import org.jspecify.annotations.Nullable;

/** The date of a header (RFC 5322 §3.3), leniently read. */
public final class DateParser {
    private DateParser() {}

    /** The moment that a field's value names, or null where it names none. Throws nothing. */
    public static @Nullable Instant parse(String value) {
        if (value.isBlank()) {
            return null;
        }
        try {
            DateTimeField field = DateTimeFieldLenientImpl.PARSER.parse(new RawField("Date", value), null);
            Date date = field.getDate();
            return date == null ? null : date.toInstant();
        } catch (RuntimeException | StackOverflowError hostile) {
            return null;
        }
    }
}
