// SPDX-License-Identifier: Apache-2.0
/**
 * Listeners: the addresses where a server listens, and the clients that it serves there.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.listener.ListenerOptions}, then
 * {@link dev.boxcar.smtp.server.listener.ListenerSet}.
 *
 * <p><b>Threads:</b> listeners run on one loop; other threads open and close them through {@code ListenerSet}.
 *
 * <p><b>Must not know:</b> sessions.
 */
@NullMarked
@PublicApi
package dev.boxcar.smtp.server.listener;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
