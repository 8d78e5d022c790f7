// SPDX-License-Identifier: Apache-2.0
/**
 * The JUnit extension: an SMTP server for tests of programs that send mail, with the messages that arrived, the
 * sessions as they happened, and scripts of faults.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.junit.SmtpLab}, then {@link dev.boxcar.junit.SmtpLabServer}.
 *
 * <p><b>Threads:</b> each server has one event loop with a thread of its own. Tests call from any other thread. A lock
 * is held only while a list changes.
 *
 * <p><b>Must not know:</b> HTTP, the command line, the disk except for failure records. Only {@code DecodedContent}
 * needs a library (mime4j), and only once a test reads the content of a message.
 */
@NullMarked
@PublicApi
package dev.boxcar.junit;

import dev.boxcar.api.PublicApi;
import org.jspecify.annotations.NullMarked;
