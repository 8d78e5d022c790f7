// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.index;

import dev.boxcar.smtp.Envelope;

/** Envelope and bytes of a message just committed, kept until its fields are extracted, so the spool is not read. */
@SuppressWarnings("ArrayRecordComponent") // instances are never compared
public record FreshMessage(Envelope envelope, byte[] bytes) {}
