// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.notify;

import dev.boxcar.sink.search.Query;
import java.time.Duration;

/**
 * What a client waits for. Immutable.
 *
 * @param namespace the namespace of the messages
 * @param query the query that they must match
 * @param after only messages after this place in the commit sequence count; 0: all
 * @param count how many matching messages answer the wait
 * @param timeout how long to wait for them
 */
public record WaitRequest(String namespace, Query query, long after, int count, Duration timeout) {}
