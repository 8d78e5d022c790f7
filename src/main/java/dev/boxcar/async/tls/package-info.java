// SPDX-License-Identifier: Apache-2.0
/**
 * TLS for channels: the settings of one side, the failure that is reported to a protocol, and the transport that
 * encrypts.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.async.tls.TlsSettings}, then {@link dev.boxcar.async.tls.TlsTransport}.
 *
 * <p><b>Threads:</b> {@code TlsSettings} is immutable. Everything else is confined to the loop thread, except the long
 * computations of a handshake, which run on workers.
 *
 * <p><b>Must not know:</b> the event loop, dispatchers, certificate files.
 */
@NullMarked
package dev.boxcar.async.tls;

import org.jspecify.annotations.NullMarked;
