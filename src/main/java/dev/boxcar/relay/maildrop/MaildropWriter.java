// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.maildrop;

import dev.boxcar.smtp.Envelope;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Puts one message into the maildrop of a spool. It exists under its final name, and is safe, when {@link #commit}
 * returns; a writer that is closed before leaves nothing. One thread; blocks.
 */
public final class MaildropWriter implements AutoCloseable {
    private static final int BUFFER = 65_536;
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");
    /** So that the relay can read it. The names cannot be listed or guessed. */
    private static final Set<PosixFilePermission> FOREIGN = PosixFilePermissions.fromString("rw-r--r--");

    private final Path directory;
    private final Path unfinished;
    private final FileChannel channel;
    private final OutputStream out;
    private final String name;
    private long contentBytes;
    private boolean committed;

    private MaildropWriter(Path directory, String name) throws IOException {
        this.directory = directory;
        this.name = name;
        this.unfinished = directory.resolve(name + MaildropDirectory.UNFINISHED);
        this.channel = FileChannel.open(unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    /** Begins a message, and creates the maildrop if it does not exist. */
    public static MaildropWriter begin(Path spool) throws IOException {
        Path directory = MaildropDirectory.create(spool);
        String name = String.format(Locale.ROOT, "%014d-%s", System.currentTimeMillis(), UUID.randomUUID());
        var writer = new MaildropWriter(directory, name);
        try {
            writer.restrict();
            writer.out.write(MaildropFile.FIRST_LINE);
            return writer;
        } catch (IOException e) {
            writer.close();
            throw e;
        }
    }

    private void restrict() throws IOException {
        boolean isOwn = Files.getOwner(directory).equals(Files.getOwner(unfinished));
        try {
            Files.setPosixFilePermissions(unfinished, isOwn ? OWN : FOREIGN);
        } catch (UnsupportedOperationException e) {
            // a system without such modes
        }
    }

    /** The name of the message in the maildrop. */
    public String name() {
        return name;
    }

    /** Adds the bytes {@code from} (inclusive) to {@code to} (exclusive), as they are to be sent. */
    public void write(byte[] bytes, int from, int to) throws IOException {
        out.write(bytes, from, to - from);
        contentBytes += to - from;
    }

    /** Completes the message. */
    public void commit(Envelope envelope) throws IOException {
        var text = new byte[envelope.length()];
        envelope.bytes().get(text);
        out.write(text);
        out.write(MaildropFile.lastLine(contentBytes, text.length));
        out.flush();
        channel.force(true);
        Files.move(unfinished, directory.resolve(name + MaildropDirectory.COMPLETE), StandardCopyOption.ATOMIC_MOVE);
        committed = true;
        channel.force(true);
        MaildropDirectory.force(directory);
    }

    /** Removes the message, unless it was committed. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (!committed) {
            Files.deleteIfExists(unfinished);
        }
    }
}
