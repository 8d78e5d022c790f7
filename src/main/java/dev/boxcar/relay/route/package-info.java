// SPDX-License-Identifier: Apache-2.0
/**
 * Where the mail for a recipient goes: the rules of the configuration, smarthosts, and MX records.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.route.MailRouter}, then {@link dev.boxcar.relay.route.MxLookup}.
 *
 * <p><b>Threads:</b> any thread may call; answers arrive on the threads of the DNS client.
 *
 * <p><b>Must not know:</b> the queue, the SMTP client.
 */
@NullMarked
package dev.boxcar.relay.route;

import org.jspecify.annotations.NullMarked;
