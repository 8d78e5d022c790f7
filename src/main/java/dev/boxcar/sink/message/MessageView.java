// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.sink.mime.Headers;
import java.time.Instant;
import java.util.List;

/**
 * A message as a reader sees it. Immutable.
 *
 * @param summary what a list shows of it
 * @param returnPath the reverse-path's mailbox, or an empty text
 * @param date what its Date field says; when it was received, where that is missing or malformed
 * @param unsubscribe how to get off the list that sent it
 * @param text its plain text, or an empty text where it has none
 * @param html its HTML, or an empty text where it has none
 * @param inline parts shown within its text
 * @param attachments files that came along
 * @param headers its header fields
 * @param whole false where it is broken or passes a bound, so that this is not all
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
        Headers headers,
        boolean whole) {}
