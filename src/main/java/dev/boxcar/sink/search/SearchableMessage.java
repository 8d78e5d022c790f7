// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.search;

import java.io.IOException;
import java.time.Instant;

/**
 * A message, as a query asks it. What is not at hand it reads; {@link IOException} where that fails. Confined to one
 * thread.
 */
public interface SearchableMessage {
    /** What can be searched for a text. */
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
        /** All that a reader of the message sees: addresses, subject, names of attachments, text. */
        EVERYTHING
    }

    /** Whether this field matches. */
    boolean has(Field field, TextMatcher match) throws IOException;

    /** Whether a header field of this name, in any case, has a value that matches. */
    boolean hasHeader(String name, TextMatcher match) throws IOException;

    /** Whether it has this tag, in any case. */
    boolean isTagged(String tag);

    /** Whether it has any tag. */
    boolean isTagged();

    /** Whether somebody has read it. */
    boolean isRead();

    /** Whether it is in this namespace too. */
    boolean isIn(String namespace);

    /** How many files came along. */
    int attachments() throws IOException;

    /** How many parts are shown within its text. */
    int inlines() throws IOException;

    /** When it was received. */
    Instant created();

    /** Its bytes. */
    long size();

    /** When, by {@link System#nanoTime}, the search is to be given up. */
    long deadlineNanos();
}
