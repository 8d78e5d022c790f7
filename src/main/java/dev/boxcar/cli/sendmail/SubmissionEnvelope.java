// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.smtp.path.ForwardPath;
import dev.boxcar.smtp.path.ReversePath;
import java.util.List;

/**
 * The envelope of a message that a program submits.
 *
 * @param mailParameters RET and ENVID, or empty
 * @param recipientParameters NOTIFY, or empty; the same for each recipient
 */
record SubmissionEnvelope(
        ReversePath sender, List<ForwardPath> recipients, String mailParameters, String recipientParameters) {}
