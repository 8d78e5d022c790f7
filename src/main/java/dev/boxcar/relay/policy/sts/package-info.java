// SPDX-License-Identifier: Apache-2.0
/**
 * The MTA-STS policies of other domains (RFC 8461): finding, fetching and keeping them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.policy.sts.StsPolicies}.
 *
 * <p><b>Threads:</b> any thread may ask for a policy; fetching and storing have threads of their own, which block.
 *
 * <p><b>Must not know:</b> connections to mail servers.
 */
@NullMarked
package dev.boxcar.relay.policy.sts;

import org.jspecify.annotations.NullMarked;
