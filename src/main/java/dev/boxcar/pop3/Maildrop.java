// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;

/**
 * The messages of one user, as they were when the session logged in (RFC 1939 §5). Its methods may block; the session
 * calls them on worker threads, one at a time.
 */
public interface Maildrop {

    /**
     * One message.
     *
     * @param id its unique id, 1 to 70 characters of printable ASCII (RFC 1939 §7, UIDL)
     * @param bytes its size
     */
    record Message(String id, long bytes) {}

    /** The messages, oldest first. Does not block. */
    List<Message> messages();

    /**
     * Opens a message.
     *
     * @throws NoSuchFileException if the message was removed after the session logged in
     * @throws IOException if the message cannot be read
     */
    InputStream open(String id) throws IOException;

    /**
     * Removes messages. Ids that no longer exist are ignored.
     *
     * @throws IOException if some of them could not be removed
     */
    void delete(Collection<String> ids) throws IOException;
}
