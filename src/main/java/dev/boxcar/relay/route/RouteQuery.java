// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.route;

import dev.boxcar.relay.submitter.Submitter;
import dev.boxcar.smtp.path.Mailbox;
import dev.boxcar.smtp.path.ReversePath;

/**
 * What the route of a recipient depends on.
 *
 * @param sender the reverse-path of the message
 * @param recipient the recipient's mailbox
 * @param submitter the client that handed the message to the relay
 */
public record RouteQuery(ReversePath sender, Mailbox recipient, Submitter submitter) {}
