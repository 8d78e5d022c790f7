// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp;

import dev.boxcar.smtp.parameter.Parameters;
import dev.boxcar.smtp.path.ForwardPath;

/**
 * One recipient of a message, as its RCPT was accepted (RFC 5321 §4.1.1.3).
 *
 * @param path whom it is for
 * @param parameters what its sender wants for this one: NOTIFY, ORCPT
 */
public record AcceptedRecipient(ForwardPath path, Parameters parameters) {}
