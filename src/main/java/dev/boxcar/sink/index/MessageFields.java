// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.sink.mime.Address;
import dev.boxcar.sink.search.TextMatcher;
import dev.boxcar.sink.search.WordsMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a list shows of a message, and what it is searched for, in one array of bytes: where each field begins and ends,
 * then the fields in UTF-8. Immutable; any thread.
 */
final class MessageFields {
    /** The fields in the order in which they lie. From FROM on they are what a free text is searched in. */
    enum Field {
        MESSAGE_ID(0),
        USER(1),
        SESSION(2),
        LISTENER(3),
        RECIPIENTS(4),
        FROM(5),
        SUBJECT(6),
        TO(7),
        CC(8),
        BCC(9),
        REPLY_TO(10),
        SENDER(11),
        FILES(12),
        TEXT(13);

        private final int place;

        Field(int place) {
            this.place = place;
        }

        static final int COUNT = values().length;
    }

    /**
     * Bounds of one digest that is kept, in bytes: a field, all fields but the text, a text that is kept whole, a text
     * that is not.
     */
    private static final int MOST_FIELD = 2048;

    private static final int MOST_FIELDS = 6 * 1024;
    private static final int WHOLE_TEXT = 1024;
    private static final int BEGINNING = 512;

    private static final int SNIPPET = 250;
    private static final int PLACE_BYTES = 3;
    private static final int MOST_BYTES = 1 << (8 * PLACE_BYTES);

    private static final int OBJECT_BYTES = 32 + 2 * 16;

    private final byte[] bytes;
    private final byte[] filter;
    private final int attachments;
    private final int inlines;
    /** Whether every field but the text is here to its end. */
    private final boolean fieldsWhole;

    private final boolean textWhole;

    private MessageFields(byte[] bytes, byte[] filter, MessageScan reading, boolean fieldsWhole, boolean textWhole) {
        this.bytes = bytes;
        this.filter = filter;
        this.attachments = reading.attachments;
        this.inlines = reading.inlines;
        this.fieldsWhole = fieldsWhole;
        this.textWhole = textWhole;
    }

    /** With every field to its end: for one look. */
    static MessageFields whole(
            IndexEntry entry, MessageScan reading, List<Address> to, List<Address> cc, List<Address> bcc) {
        return new MessageFields(pack(fields(entry, reading, to, cc, bcc)), new byte[0], reading, true, true);
    }

    /** With long fields cut: to be kept. */
    static MessageFields kept(
            IndexEntry entry, MessageScan reading, List<Address> to, List<Address> cc, List<Address> bcc) {
        byte[][] fields = fields(entry, reading, to, cc, bcc);
        boolean fieldsWhole = true;
        int left = MOST_FIELDS;
        for (int i = 0; i < fields.length - 1; i++) {
            int most = Math.min(MOST_FIELD, left);
            fieldsWhole &= fields[i].length <= most;
            fields[i] = cut(fields[i], most);
            left -= fields[i].length;
        }
        byte[] text = fields[Field.TEXT.place];
        boolean textWhole = text.length <= WHOLE_TEXT;
        var trigrams = new TrigramFilter();
        reading.headers.fields().forEach(field -> note(field.name() + "\n" + field.decoded(), trigrams));
        if (!textWhole || !fieldsWhole) {
            trigrams.add(reading.text());
            fields(entry, reading, to, cc, bcc, field -> note(field, trigrams));
            fields[Field.TEXT.place] = textWhole ? text : cut(text, beginning(text));
        }
        return new MessageFields(pack(fields), trigrams.filter(), reading, fieldsWhole, textWhole);
    }

    /** As it stands there, and as {@link WordsMatcher} find it. */
    private static void note(String text, TrigramFilter trigrams) {
        trigrams.add(text);
        if (text.contains("  ")) {
            trigrams.add(text.replaceAll(" {2,}", " "));
        }
    }

    private static byte[][] fields(
            IndexEntry entry, MessageScan reading, List<Address> to, List<Address> cc, List<Address> bcc) {
        var fields = new ArrayList<byte[]>(Field.COUNT);
        fields(entry, reading, to, cc, bcc, text -> fields.add(text.getBytes(UTF_8)));
        fields.add(reading.text().getBytes(UTF_8));
        return fields.toArray(byte[][]::new);
    }

    /** Every field but the text, in their order. */
    private static void fields(
            IndexEntry entry,
            MessageScan reading,
            List<Address> to,
            List<Address> cc,
            List<Address> bcc,
            Consumer<String> each) {
        String messageId = reading.messageId();
        each.accept(messageId == null ? entry.id + "@boxcar" : messageId);
        each.accept(line(reading, "User"));
        each.accept(line(reading, "Session"));
        each.accept(line(reading, "Listener"));
        each.accept(String.join("\n", reading.recipients));
        each.accept(joined(reading.headers.addresses("From").stream().limit(1).toList()));
        each.accept(reading.headers.decoded("Subject"));
        each.accept(joined(to));
        each.accept(joined(cc));
        each.accept(joined(bcc));
        each.accept(joined(reading.headers.addresses("Reply-To")));
        each.accept(reading.sender);
        each.accept(reading.files.toString());
    }

    private static String line(MessageScan reading, String key) {
        String value = reading.envelope.first(key);
        return value == null ? "" : value;
    }

    private static String joined(List<Address> addresses) {
        var text = new StringBuilder();
        for (Address address : addresses) {
            text.append(text.isEmpty() ? "" : "\n").append(address);
        }
        return text.toString();
    }

    /** How many bytes hold the snippet, and a beginning worth keeping. */
    private static int beginning(byte[] text) {
        int characters = 0;
        int at = 0;
        while (at < text.length && (characters <= SNIPPET || at < BEGINNING)) {
            if ((text[at++] & 0xC0) != 0x80) {
                characters++;
            }
        }
        return at;
    }

    /** At most so many bytes, and no half of a character. */
    private static byte[] cut(byte[] text, int most) {
        if (text.length <= most) {
            return text;
        }
        int end = most;
        while (end > 0 && (text[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(text, end);
    }

    private static byte[] pack(byte[][] fields) {
        int length = PLACE_BYTES * Field.COUNT;
        for (byte[] field : fields) {
            length += field.length + 1;
        }
        var packed = new byte[Math.min(length, MOST_BYTES - 1)];
        int at = PLACE_BYTES * Field.COUNT;
        for (int i = 0; i < fields.length; i++) {
            int bytes = Math.max(0, Math.min(fields[i].length, packed.length - at - 1));
            System.arraycopy(fields[i], 0, packed, at, bytes);
            at = Math.min(at + bytes, packed.length - 1);
            packed[at++] = '\n';
            for (int k = 0; k < PLACE_BYTES; k++) {
                packed[PLACE_BYTES * i + k] = (byte) (at >>> (8 * k));
            }
        }
        return packed;
    }

    private int begin(Field field) {
        return field.place == 0 ? PLACE_BYTES * Field.COUNT : behind(field.place - 1);
    }

    /** Behind the line feed that ends this field. */
    private int behind(int field) {
        int at = PLACE_BYTES * field;
        return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8 | (bytes[at + 2] & 0xFF) << 16;
    }

    String text(Field field) {
        int begin = begin(field);
        return new String(bytes, begin, behind(field.place) - 1 - begin, UTF_8);
    }

    /** The lines of a field. */
    List<String> lines(Field field) {
        String text = text(field);
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
        String text = text(Field.TEXT);
        if (text.codePointCount(0, text.length()) <= SNIPPET && textWhole) {
            return text;
        }
        int most = Math.min(SNIPPET - 3, text.codePointCount(0, text.length()));
        return text.substring(0, text.offsetByCodePoints(0, most)) + "...";
    }

    int attachments() {
        return attachments;
    }

    int inlines() {
        return inlines;
    }

    /** Whether the fields up to this one are here to their ends. */
    boolean isWhole(Field to) {
        return fieldsWhole && (textWhole || to != Field.TEXT);
    }

    boolean areFieldsWhole() {
        return fieldsWhole;
    }

    /** Whether what is here of these fields, which lie one behind the other, matches. */
    boolean has(Field from, Field to, TextMatcher match, long deadlineNanos) {
        return match.isIn(bytes, begin(from), behind(to.place) - 1, deadlineNanos);
    }

    /** Whether the message may have these bytes anywhere; null: nothing is known of them. */
    boolean mayHave(byte @Nullable [] small) {
        return small == null || filter.length == 0 || TrigramFilter.mayHave(filter, small);
    }

    /** Whether the message may have a header field of this name. */
    boolean mayHaveHeader(String name) {
        return mayHave(name.toLowerCase(Locale.ROOT).getBytes(UTF_8));
    }

    /** The heap that it takes, roughly. */
    int heapBytes() {
        return OBJECT_BYTES + bytes.length + filter.length;
    }
}
