// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

import dev.boxcar.sink.mime.Address;
import dev.boxcar.spool.Ulid;
import java.time.Instant;
import java.util.List;

/**
 * A message as a list shows it. Immutable.
 *
 * @param id the queue id, which the server named in its reply to the end of data
 * @param cursor its place in the commit sequence
 * @param messageId its Message-ID without angle brackets; derived from the id if there is none
 * @param from its author; {@link Address#NONE} if there is none
 * @param to the addresses of the To field
 * @param cc the addresses of the Cc field
 * @param bcc the addresses of the Bcc field, and every recipient of the envelope that is in none of the three fields
 * @param replyTo the addresses of the Reply-To field
 * @param subject decoded, on one line
 * @param created when the message was received
 * @param username the user who authenticated, or empty
 * @param tags in order
 * @param size its size in bytes
 * @param attachments the number of attached files
 * @param inlines the number of parts shown within the text
 * @param snippet the beginning of the text, at most 250 characters
 * @param read whether it is marked as read in this namespace
 * @param sender the mailbox of the reverse-path; empty for {@code <>}
 * @param recipients the mailboxes of the forward-paths, in order, with duplicates
 * @param session the session that delivered it
 * @param listener the local address that the client connected to, or empty
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
