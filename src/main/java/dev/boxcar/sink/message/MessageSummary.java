// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.sink.mime.Address;
import dev.boxcar.spool.Ulid;
import java.time.Instant;
import java.util.List;

/**
 * A message as a list shows it. Immutable.
 *
 * @param id the queue id that its 250 named
 * @param cursor its place in the commit sequence
 * @param messageId its Message-ID without angle brackets; made of the id where it has none
 * @param from its author; {@link Address#NONE} where it names none
 * @param to whom its header says it is for
 * @param cc who gets a copy, by its header
 * @param bcc every recipient of the envelope that is in neither To nor Cc, and what a Bcc field names
 * @param replyTo whom to answer
 * @param subject decoded, on one line
 * @param created when it was received
 * @param username who authenticated, or an empty text
 * @param tags in order
 * @param size its bytes
 * @param attachments how many files came along
 * @param inlines how many parts are shown within its text
 * @param snippet the beginning of its text, at most 250 characters
 * @param read whether somebody has read it, in this namespace
 * @param sender the mailbox of the reverse-path; empty for {@code <>}
 * @param recipients the mailboxes of the forward-paths, in order, duplicates kept
 * @param session the session it came in on
 * @param listener where the client connected to, or an empty text
 */
public record MessageSummary(
        Ulid id,
        long cursor,
        String messageId,
        Address from,
        List<Address> to,
        List<Address> cc,
        List<Address> bcc,
        List<Address> replyTo,
        String subject,
        Instant created,
        String username,
        List<String> tags,
        long size,
        int attachments,
        int inlines,
        String snippet,
        boolean read,
        String sender,
        List<String> recipients,
        String session,
        String listener) {}
