// SPDX-License-Identifier: Apache-2.0
/**
 * A name service whose answers say whether DNSSEC proves them.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.dns.SecureNameService}.
 *
 * <p><b>Threads:</b> any thread may ask; answers arrive on the threads of the DNS client.
 *
 * <p><b>Must not know:</b> what the answers are for.
 */
@NullMarked
package dev.boxcar.relay.dns;

import org.jspecify.annotations.NullMarked;
