// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.ingest;

/**
 * A message in a file. Immutable.
 *
 * @param origin the file, and the number of the message if the file has several
 * @param bytes the message as stored, without the quoting of an mbox
 * @param sender the sender in the From line of an mbox, or empty
 * @param isWhole false if the message is larger than the limit, so that only its beginning is here
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredMessage(String origin, byte[] bytes, String sender, boolean isWhole) {}
