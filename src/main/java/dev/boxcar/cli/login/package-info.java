// SPDX-License-Identifier: Apache-2.0
/**
 * {@code relay login}: a person allows the relay to log in to a mail provider by OAuth.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.login.RelayLoginCommand}.
 *
 * <p><b>Threads:</b> the main thread; one more reads what the person pastes.
 *
 * <p><b>Must not know:</b> the queue, the spool, the configuration of the relay.
 */
@NullMarked
package dev.boxcar.cli.login;

import org.jspecify.annotations.NullMarked;
