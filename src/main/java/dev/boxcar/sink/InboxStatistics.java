// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

/**
 * What an inbox has done since it was opened, and how it stands.
 *
 * @param messages messages in it, in any namespace
 * @param bytes bytes of these messages and their envelopes
 * @param received messages that have come in since it was opened
 * @param receivedBytes bytes of these, without envelopes
 * @param namespaces namespaces that have messages, without the default one
 * @param deleted messages that were deleted by request, in any namespace
 * @param pruned messages that went because of the retention, or because a spool in memory was full, in any namespace
 * @param pending messages that nobody has looked into yet
 * @param heldBytes heap that digests of messages take, roughly
 * @param waiting waits that are under way
 * @param listening listeners
 * @param droppedListeners listeners that were too slow
 * @param unselected messages that got fewer namespaces than they selected, since there are too many
 */
public record InboxStatistics(
        long messages,
        long bytes,
        long received,
        long receivedBytes,
        int namespaces,
        long deleted,
        long pruned,
        int pending,
        long heldBytes,
        int waiting,
        int listening,
        long droppedListeners,
        long unselected) {}
