// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.spool.index;

import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.format.RecordLocation;
import org.jspecify.annotations.Nullable;

/**
 * A record that is needed: a message, or its state in a namespace.
 *
 * @param namespace the namespace of a state; null for a message
 */
public record IndexedRecord(Ulid id, @Nullable String namespace, RecordLocation location) {}
