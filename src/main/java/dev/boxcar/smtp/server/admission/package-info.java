// SPDX-License-Identifier: Apache-2.0
/**
 * The start of a session, before the first command: the PROXY header, the check of the client, TLS from the first byte
 * on, the banner. After XCLIENT the client is checked here again.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.smtp.server.admission.ClientAdmission}, then
 * {@link dev.boxcar.smtp.server.admission.BannerSender}.
 *
 * <p><b>Threads:</b> confined to the loop of the session.
 *
 * <p><b>Must not know:</b> commands.
 */
@NullMarked
package dev.boxcar.smtp.server.admission;

import org.jspecify.annotations.NullMarked;
