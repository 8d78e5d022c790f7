// SPDX-License-Identifier: Apache-2.0
/**
 * Daily reports about TLS to the domains that ask for them (TLS-RPT, RFC 8460): counts sessions by domain and day, and
 * sends the counts of a day that is over by mail or HTTPS.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.tlsreport.TlsReports}.
 *
 * <p><b>Threads:</b> sessions are counted on any thread; everything else happens on a thread of its own.
 *
 * <p><b>Must not know:</b> sessions, the schedule of the queue.
 */
@NullMarked
package dev.boxcar.relay.tlsreport;

import org.jspecify.annotations.NullMarked;
