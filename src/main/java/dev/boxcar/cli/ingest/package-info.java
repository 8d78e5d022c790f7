// SPDX-License-Identifier: Apache-2.0
/**
 * {@code boxcar ingest}: sends the messages of mbox files, Maildirs and eml files to a server.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.cli.ingest.IngestCommand}.
 *
 * <p><b>Threads:</b> the main thread only.
 *
 * <p><b>Must not know:</b> the servers.
 */
@NullMarked
package dev.boxcar.cli.ingest;

import org.jspecify.annotations.NullMarked;
