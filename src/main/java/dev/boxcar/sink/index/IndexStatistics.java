// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

/**
 * Counters and sizes of a {@link MessageIndex}. Immutable.
 *
 * @param messages messages in any namespace
 * @param storedBytes size of these messages and their envelopes
 * @param received messages received since the inbox was opened
 * @param receivedBytes size of these, without envelopes
 * @param namespaces namespaces that have messages, without the default one
 * @param deleted messages deleted on request, counted per namespace
 * @param pruned messages removed by retention or by a full spool in memory, counted per namespace
 * @param pending messages not yet announced to waits and subscriptions
 * @param fieldsBytes approximate heap taken by extracted fields
 * @param unselected namespaces not given to messages because there are too many namespaces
 */
public record IndexStatistics(
        long messages,
        long storedBytes,
        long received,
        long receivedBytes,
        int namespaces,
        long deleted,
        long pruned,
        int pending,
        long fieldsBytes,
        long unselected) {}
