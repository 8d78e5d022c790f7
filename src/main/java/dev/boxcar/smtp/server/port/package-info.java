// SPDX-License-Identifier: Apache-2.0
/**
 * The ports of the server: the interfaces through which it calls the program around it.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.port.Ports}, then {@link dev.boxcar.smtp.server.port.MessageSink}
 * and {@link dev.boxcar.smtp.server.port.Policy}.
 *
 * <p><b>Threads:</b> a port is called on the loop of the session concerned, so on several loops at once. Each port says
 * on which threads it may answer.
 *
 * <p><b>Must not know:</b> how a session works.
 */
@NullMarked
@PublicApi
package dev.boxcar.smtp.server.port;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
