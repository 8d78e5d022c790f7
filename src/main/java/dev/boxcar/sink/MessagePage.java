// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.message.MessageSummary;
import java.util.List;

/**
 * Some messages of a namespace, newest first. Immutable.
 *
 * @param total the number of messages in the namespace
 * @param unread the number of unread ones among them
 * @param matches the number of messages that match the query
 * @param matchesUnread the number of unread ones among them
 * @param start the number of matches before the first message of this page
 * @param messages the messages of this page
 * @param tags all tags of the namespace, in order
 * @param cursor the place in the commit sequence up to which this page is complete
 */
public record MessagePage(
        long total,
        long unread,
        long matches,
        long matchesUnread,
        int start,
        List<MessageSummary> messages,
        List<String> tags,
        long cursor) {}
