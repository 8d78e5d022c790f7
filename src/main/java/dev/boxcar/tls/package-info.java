// SPDX-License-Identifier: Apache-2.0
/**
 * Keys and certificates: read from PEM files, made where there are none, and read again when they change.
 *
 * <p><b>Start here:</b> {@code KeyFiles}, then {@code KeyFileWatcher}.
 *
 * <p><b>Threads:</b> all of it blocks; no loop calls it.
 *
 * <p><b>Knows nothing of:</b> SMTP, sessions.
 */
@NullMarked
package dev.boxcar.tls;

import org.jspecify.annotations.NullMarked;
