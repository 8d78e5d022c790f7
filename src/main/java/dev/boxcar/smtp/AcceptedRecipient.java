// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import dev.boxcar.smtp.parameter.Parameters;
import dev.boxcar.smtp.path.ForwardPath;

/**
 * One recipient of a message, as accepted by RCPT (RFC 5321 §4.1.1.3). Immutable; any thread.
 *
 * @param parameters the parameters of RCPT that the client sent: NOTIFY, ORCPT
 */
public record AcceptedRecipient(ForwardPath path, Parameters parameters) {}
