// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.sink.mime.Headers;
import java.time.Instant;
import java.util.List;

/**
 * A message as a reader sees it. Immutable.
 *
 * @param summary the message as a list shows it
 * @param returnPath the mailbox of the reverse-path, or empty
 * @param date the value of the Date field; the time of receipt if the field is missing or malformed
 * @param unsubscribe how to unsubscribe from the list that sent the message
 * @param text the plain text, or empty
 * @param html the HTML, or empty
 * @param inline parts shown within the text
 * @param attachments attached files
 * @param outline the MIME tree: all multiparts and parts in order, each multipart before its parts
 * @param headers the header fields
 * @param whole false if the message is malformed or exceeds a limit, so that something is missing here
 */
public record MessageView(
        MessageSummary summary,
        String returnPath,
        Instant date,
        ListUnsubscribe unsubscribe,
        String text,
        String html,
        List<Attachment> inline,
        List<Attachment> attachments,
        List<PartOutline> outline,
        Headers headers,
        boolean whole) {}
