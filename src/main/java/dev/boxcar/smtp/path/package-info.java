// SPDX-License-Identifier: Apache-2.0
/**
 * Paths and mailboxes (RFC 5321 §4.1.2): their grammar over bytes, and their values.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.path.PathSyntax} for the grammar,
 * {@link dev.boxcar.smtp.path.ReversePath} and {@link dev.boxcar.smtp.path.ForwardPath} for the values.
 *
 * <p><b>Threads:</b> everything is immutable or stateless and can be used from any thread.
 *
 * <p><b>Must not know:</b> commands, replies, sessions.
 */
@NullMarked
@PublicApi
package dev.boxcar.smtp.path;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
