// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

import dev.boxcar.sink.message.MessageSummary;
import java.util.List;

/**
 * Some messages of a namespace, newest first. Immutable.
 *
 * @param total how many messages the namespace has
 * @param unread how many of them are unread
 * @param matches how many match
 * @param matchesUnread how many of these are unread
 * @param start how many matches stand before the first one here
 * @param messages the messages
 * @param tags every tag of the namespace, in order
 * @param cursor the place in the commit sequence up to which this is complete
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
