// SPDX-License-Identifier: Apache-2.0
/**
 * Keys and certificates: reads them from PEM files, creates a self-signed certificate if there is none, and reloads the
 * files when they change.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.tls.KeyFiles}, then {@link dev.boxcar.tls.KeyFileWatcher}.
 *
 * <p><b>Threads:</b> every method may block; never call one on an event loop.
 *
 * <p><b>Must not know:</b> SMTP, sessions.
 */
@NullMarked
package dev.boxcar.tls;

import org.jspecify.annotations.NullMarked;
