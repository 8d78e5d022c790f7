// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.record;

import java.time.Instant;
import java.util.List;

/**
 * A recorded session in the list of sessions. Immutable.
 *
 * @param id the session's id, as in log and envelope
 * @param client the client's address
 * @param start when it began, by the machine's clock
 * @param ended whether it has ended
 * @param messages how many messages it accepted so far
 * @param namespaces the namespaces that it belongs to, in the order in which they became known
 */
public record SessionSummary(
        String id, String client, Instant start, boolean ended, int messages, List<String> namespaces) {}
