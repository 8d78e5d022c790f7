// SPDX-License-Identifier: Apache-2.0
/**
 * How a connection to a mail server is secured: by the configuration, by DANE (RFC 7672), by the MTA-STS policy of the
 * recipient's domain (RFC 8461), or because the sender demands it (RFC 8689).
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.policy.HostSecurityPlanner}, then
 * {@link dev.boxcar.relay.policy.HostSecurity}.
 *
 * <p><b>Threads:</b> any thread; answers arrive on the threads of the name service.
 *
 * <p><b>Must not know:</b> the queue, sessions with mail servers.
 */
@NullMarked
package dev.boxcar.relay.policy;

import org.jspecify.annotations.NullMarked;
