// SPDX-License-Identifier: Apache-2.0
/**
 * Where the relay's passwords and OAuth tokens come from: files that are read before each connection, and commands
 * whose tokens are kept until they expire.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.credential.PasswordFile},
 * {@link dev.boxcar.relay.credential.TokenCommand}.
 *
 * <p><b>Threads:</b> any thread; no method blocks but {@link dev.boxcar.relay.credential.SecretFile}'s.
 *
 * <p><b>Must not know:</b> queue, deliveries.
 */
@NullMarked
package dev.boxcar.relay.credential;

import org.jspecify.annotations.NullMarked;
