// SPDX-License-Identifier: Apache-2.0
/**
 * Bodies on their way between a client or a server and the broker: small ones in memory, large ones in files.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.artemis.body.BodyStore}.
 *
 * <p><b>Threads:</b> each type says it.
 *
 * <p><b>Must not know:</b> the broker.
 */
@NullMarked
package dev.boxcar.relay.artemis.body;

import org.jspecify.annotations.NullMarked;
