// SPDX-License-Identifier: Apache-2.0
/**
 * A queue that several machines share, as the program sees it: the engine behind it is in a jar of its own.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.shared.SharedQueueProvider}.
 *
 * <p><b>Threads:</b> each type says it.
 *
 * <p><b>Must not know:</b> any engine.
 */
@NullMarked
package dev.boxcar.relay.shared;

import org.jspecify.annotations.NullMarked;
