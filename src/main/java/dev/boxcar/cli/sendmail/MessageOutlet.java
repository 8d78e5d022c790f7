// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import java.io.IOException;

/** Where the bytes of one message go: into the maildrop, or to a server. One thread; blocks. */
interface MessageOutlet extends AutoCloseable {

    void write(byte[] bytes) throws IOException;

    /**
     * The message is complete. When this returns, someone else is responsible for it.
     *
     * @param isEightBit whether any byte is above 127
     */
    void submit(SubmissionEnvelope submission, boolean isEightBit) throws IOException, SendmailException;

    /** Gives the message up, unless it was submitted. */
    @Override
    void close() throws IOException;
}
