// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import java.io.IOException;
import java.time.Instant;

/**
 * A message as a query examines it. It may have to be read from the spool; {@link IOException} if that fails. Confined
 * to one thread.
 */
public interface SearchableMessage {
    /** The texts that can be searched. */
    enum Field {
        MESSAGE_ID,
        /** The recipients of the envelope. */
        RECIPIENTS,
        FROM,
        SUBJECT,
        TO,
        CC,
        BCC,
        REPLY_TO,
        /** The sender of the envelope. */
        SENDER,
        /** Everything a reader of the message sees: addresses, subject, names of attachments, text. */
        EVERYTHING
    }

    /** Whether this field matches. */
    boolean has(Field field, TextMatcher matcher) throws IOException;

    /** Whether the value of a header field of this name, in upper or lower case, matches. */
    boolean hasHeader(String name, TextMatcher matcher) throws IOException;

    /** Whether the message has this tag, in upper or lower case. */
    boolean hasTag(String tag);

    /** Whether the message has any tag. */
    boolean hasTags();

    /** Whether it is marked as read. */
    boolean isRead();

    /** Whether this namespace has the message, too. */
    boolean isIn(String namespace);

    /** The number of attached files. */
    int attachments() throws IOException;

    /** The number of parts shown within the text. */
    int inlines() throws IOException;

    /** When the message was received. */
    Instant received();

    /** The size in bytes. */
    long size();
}
