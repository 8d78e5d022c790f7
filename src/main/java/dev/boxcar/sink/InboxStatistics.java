// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink;

/**
 * Counters and sizes of an inbox since it was opened. Immutable.
 *
 * @param messages messages in any namespace
 * @param bytes size of these messages and their envelopes
 * @param received messages received
 * @param receivedBytes size of these, without envelopes
 * @param namespaces namespaces that have messages, without the default one
 * @param deleted messages deleted on request, counted per namespace
 * @param pruned messages removed by retention or by a full spool in memory, counted per namespace
 * @param pending messages not yet announced to waits and subscriptions
 * @param heldBytes approximate heap taken by the fields of messages
 * @param waiting pending waits
 * @param listening subscriptions
 * @param droppedListeners subscriptions dropped because they were too slow
 * @param unselected namespaces not given to messages because there are too many namespaces
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
