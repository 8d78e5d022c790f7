// SPDX-License-Identifier: Apache-2.0
/**
 * The relay: it accepts mail from clients that may send, keeps it in a queue, and passes it on.
 *
 * <p>A message takes this way: {@link dev.boxcar.relay.RelayPolicy} lets it in, or {@code maildrop} takes it from a
 * program of this machine, {@code queue} keeps it, {@code schedule} decides when it is attempted, {@code route} finds
 * the servers, {@code delivery} sends it, and {@code report} tells the sender if that fails.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.Relay}.
 *
 * <p><b>Threads:</b> one event loop schedules; others deliver. Each type says where it belongs.
 *
 * <p><b>Must not know:</b> the command line, the web, the sink, the lab.
 */
@NullMarked
package dev.boxcar.relay;

import org.jspecify.annotations.NullMarked;
