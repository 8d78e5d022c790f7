// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.sink.index.PackedFields.Field;
import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.search.TextMatcher;
import dev.boxcar.sink.search.WordsMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What lists show of a message, and what searches look at. Immutable; any thread. */
final class MessageFields {
    private static final int MAX_FIELD_BYTES = 2048;
    private static final int MAX_ALL_FIELDS_BYTES = 6 * 1024; // without the text
    private static final int MAX_WHOLE_TEXT_BYTES = 1024;
    private static final int MIN_CUT_TEXT_BYTES = 512;

    private static final int SNIPPET_CHARACTERS = 250;
    private static final byte[] NO_FILTER = {};
    private static final int OBJECT_BYTES = 48 + 2 * 16;

    private final PackedFields packed;
    private final byte[] filter;
    private final int attachments;
    private final int inlines;
    /** Whether no field but possibly the text is cut. */
    private final boolean fieldsComplete;

    private final boolean textComplete;

    private MessageFields(
            PackedFields packed, byte[] filter, MessageScan scan, boolean fieldsComplete, boolean textComplete) {
        this.packed = packed;
        this.filter = filter;
        this.attachments = scan.attachments();
        this.inlines = scan.inlines();
        this.fieldsComplete = fieldsComplete;
        this.textComplete = textComplete;
    }

    /** The fields, each complete. They may be large, so they are used once and not kept. */
    static MessageFields complete(MessageScan scan, String defaultMessageId) {
        boolean complete = true;
        return new MessageFields(PackedFields.of(encode(scan, defaultMessageId)), NO_FILTER, scan, complete, complete);
    }

    /** The fields, with long fields cut, so that they can be kept in memory. */
    static MessageFields cut(MessageScan scan, String defaultMessageId) {
        byte[][] fields = encode(scan, defaultMessageId);
        boolean fieldsComplete = true;
        int left = MAX_ALL_FIELDS_BYTES;
        for (int i = 0; i < fields.length - 1; i++) {
            int max = Math.min(MAX_FIELD_BYTES, left);
            fieldsComplete &= fields[i].length <= max;
            fields[i] = PackedFields.cut(fields[i], max);
            left -= fields[i].length;
        }
        byte[] text = fields[Field.TEXT.place()];
        boolean textComplete = text.length <= MAX_WHOLE_TEXT_BYTES;
        var trigrams = new TrigramFilter();
        scan.headers().fields().forEach(field -> add(field.name() + "\n" + field.decoded(), trigrams));
        if (!textComplete || !fieldsComplete) {
            trigrams.add(scan.text());
            forEachField(scan, defaultMessageId, field -> add(field, trigrams));
            fields[Field.TEXT.place()] = textComplete ? text : PackedFields.cut(text, cutTextBytes(text));
        }
        return new MessageFields(PackedFields.of(fields), trigrams.toBytes(), scan, fieldsComplete, textComplete);
    }

    /** Adds a text as it is, and as {@link WordsMatcher} reads it: with single spaces. */
    private static void add(String text, TrigramFilter trigrams) {
        trigrams.add(text);
        if (text.contains("  ")) {
            trigrams.add(text.replaceAll(" {2,}", " "));
        }
    }

    private static byte[][] encode(MessageScan scan, String defaultMessageId) {
        var fields = new ArrayList<byte[]>(Field.COUNT);
        forEachField(scan, defaultMessageId, text -> fields.add(text.getBytes(UTF_8)));
        fields.add(scan.text().getBytes(UTF_8));
        return fields.toArray(byte[][]::new);
    }

    /** Every field but the text, in the order of {@link Field}. */
    private static void forEachField(MessageScan scan, String defaultMessageId, Consumer<String> consumer) {
        consumer.accept(scan.messageId().isEmpty() ? defaultMessageId : scan.messageId());
        consumer.accept(scan.envelopeValue("User"));
        consumer.accept(scan.envelopeValue("Session"));
        consumer.accept(scan.envelopeValue("Listener"));
        consumer.accept(String.join("\n", scan.recipients()));
        consumer.accept(joined(scan.from().stream().limit(1).toList()));
        consumer.accept(scan.headers().decoded("Subject"));
        consumer.accept(joined(scan.to()));
        consumer.accept(joined(scan.cc()));
        consumer.accept(joined(scan.bcc()));
        consumer.accept(joined(scan.headers().addresses("Reply-To")));
        consumer.accept(scan.sender());
        consumer.accept(scan.fileNames());
    }

    private static String joined(List<Address> addresses) {
        var text = new StringBuilder();
        for (Address address : addresses) {
            text.append(text.isEmpty() ? "" : "\n").append(address);
        }
        return text.toString();
    }

    /** How many bytes of a long text to keep: enough for the snippet, and for many searches. */
    private static int cutTextBytes(byte[] text) {
        int characters = 0;
        int at = 0;
        while (at < text.length && (characters <= SNIPPET_CHARACTERS || at < MIN_CUT_TEXT_BYTES)) {
            if ((text[at++] & 0xC0) != 0x80) {
                characters++;
            }
        }
        return at;
    }

    String text(Field field) {
        return packed.text(field);
    }

    /** The lines of a field. */
    List<String> lines(Field field) {
        String text = packed.text(field);
        return text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
    }

    List<Address> addresses(Field field) {
        return lines(field).stream().map(MessageFields::address).toList();
    }

    private static Address address(String line) {
        int begin = line.lastIndexOf('<');
        if (begin < 0) {
            return new Address(line, "");
        }
        String name = begin > 0 ? line.substring(0, begin - 1) : "";
        return new Address(name, line.substring(begin + 1, Math.max(begin + 1, line.length() - 1)));
    }

    /** The beginning of the text, at most 250 characters. */
    String snippet() {
        String text = packed.text(Field.TEXT);
        int characters = text.codePointCount(0, text.length());
        if (characters <= SNIPPET_CHARACTERS && textComplete) {
            return text;
        }
        int max = Math.min(SNIPPET_CHARACTERS - 3, characters);
        return text.substring(0, text.offsetByCodePoints(0, max)) + "...";
    }

    int attachments() {
        return attachments;
    }

    int inlines() {
        return inlines;
    }

    /** Whether the fields up to this one are complete. */
    boolean isCompleteTo(Field last) {
        return fieldsComplete && (textComplete || last != Field.TEXT);
    }

    boolean areFieldsComplete() {
        return fieldsComplete;
    }

    /** Whether any field from {@code first} to {@code last} matches, as far as these fields are kept. */
    boolean matches(Field first, Field last, TextMatcher matcher, long deadlineNanos) {
        return matcher.matches(packed.bytes(), packed.begin(first), packed.end(last), deadlineNanos);
    }

    /** Whether the message may contain these bytes anywhere; true if they are null. */
    boolean mayContain(byte @Nullable [] lowerCase) {
        return lowerCase == null || filter.length == 0 || TrigramFilter.mayContain(filter, lowerCase);
    }

    /** Whether the message may have a header field of this name. */
    boolean mayHaveHeader(String name) {
        return mayContain(name.toLowerCase(Locale.ROOT).getBytes(UTF_8));
    }

    /** The approximate heap of this object. */
    int heapBytes() {
        return OBJECT_BYTES + packed.bytes().length + filter.length;
    }
}
