// SPDX-License-Identifier: Apache-2.0
/**
 * One HTTPS request to a server of another domain, whose name is looked up as the relay looks up names.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.policy.https.HttpsClient}.
 *
 * <p><b>Threads:</b> any thread that may block.
 *
 * <p><b>Must not know:</b> what is asked for.
 */
@NullMarked
package dev.boxcar.relay.policy.https;

import org.jspecify.annotations.NullMarked;
