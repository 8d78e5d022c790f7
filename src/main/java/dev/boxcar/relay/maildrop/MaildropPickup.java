// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.maildrop;

import dev.boxcar.smtp.Admission;
import dev.boxcar.smtp.CommitOutcome;
import dev.boxcar.smtp.server.port.MessageSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves mail from the maildrop into the queue: at the start, and while the relay runs. A file is deleted after its
 * message is committed, so a crash in between repeats a message and loses none. A file that is no message stays or is
 * set aside, and the log says so once.
 *
 * <p>A thread of its own, which blocks; {@link #close} may be called on any thread.
 */
public final class MaildropPickup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MaildropPickup.class);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration COMMIT_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration ROOM_TIMEOUT = Duration.ofMinutes(1);
    /** A file that was not written to for this time, or before the start, is worth a line in the log. */
    private static final Duration UNFINISHED_AFTER = Duration.ofSeconds(10);

    private static final long JOIN_MILLIS = 2_000;
    private static final int LISTED_TOGETHER = 1_000;
    private static final int CHUNK = 65_536;

    private final Path directory;
    private final MessageSink queue;
    private final String hostname;
    private final long maxBytes;
    private final Thread thread = new Thread(this::run, "boxcar-maildrop");
    /** The names of files that were left, so that the log names each of them once. */
    private Set<Path> left = new HashSet<>();

    private Instant unfinishedBefore = Instant.now();

    private final CountDownLatch closed = new CountDownLatch(1);

    private MaildropPickup(Path directory, MessageSink queue, String hostname, long maxBytes) {
        this.directory = directory;
        this.queue = queue;
        this.hostname = hostname;
        this.maxBytes = maxBytes;
    }

    /**
     * Starts to move mail, and creates the maildrop if it does not exist.
     *
     * @param hostname the name of this machine, for the Received field
     * @param maxBytes the size of the largest message that the relay takes
     */
    public static MaildropPickup start(Path spool, MessageSink queue, String hostname, long maxBytes)
            throws IOException {
        var pickup = new MaildropPickup(MaildropDirectory.create(spool), queue, hostname, maxBytes);
        pickup.thread.setDaemon(true);
        pickup.thread.start();
        return pickup;
    }

    private void run() {
        String reported = "";
        try {
            do {
                String problem = "";
                try {
                    takeAll();
                } catch (IOException | RuntimeException e) {
                    problem = e.toString();
                }
                if (!problem.isEmpty() && !problem.equals(reported)) {
                    LOG.error("event=maildrop-unusable directory={} cause=\"{}\"", directory, problem);
                }
                reported = problem;
            } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeAll() throws IOException, InterruptedException {
        var remaining = new HashSet<Path>();
        for (Path file : MaildropDirectory.complete(directory, LISTED_TOGETHER)) {
            if (closed.getCount() == 0) {
                return;
            }
            if (!isTaken(file)) {
                remaining.add(file);
            }
        }
        for (Path file : MaildropDirectory.others(directory, LISTED_TOGETHER)) {
            if (left.contains(file) || isWorthALine(file)) {
                remaining.add(file);
            }
        }
        left = remaining;
        unfinishedBefore = Instant.now().minus(UNFINISHED_AFTER);
    }

    /** Logs a file that does not belong here; not a file that is still being written. */
    private boolean isWorthALine(Path file) throws IOException {
        boolean isUnfinished = file.toString().endsWith(MaildropDirectory.UNFINISHED);
        try {
            Instant changed =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
            if (isUnfinished && changed.isAfter(unfinishedBefore)) {
                return false;
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        LOG.warn("event=maildrop-left file={} reason=\"{}\"", file, isUnfinished ? "unfinished" : "not a message");
        return true;
    }

    /** Moves a message into the queue, or sets it aside. If neither is possible now, it is tried again later. */
    private boolean isTaken(Path file) throws InterruptedException {
        try (var opened = MaildropFile.open(file)) {
            if (opened.contentBytes() > maxBytes) {
                throw new MaildropFile.InvalidException("its message has more than " + maxBytes + " bytes");
            }
            if (queue.admits(opened.contentBytes()) != Admission.ADMITTED || !isStored(opened)) {
                return false;
            }
            Files.deleteIfExists(file);
            return true;
        } catch (NoSuchFileException e) {
            return true; // its owner has removed it
        } catch (MaildropFile.InvalidException e) {
            return isSetAside(file, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return complain(file, e);
        }
    }

    /** Logs once that a file cannot be moved; false. */
    private boolean complain(Path file, IOException e) {
        if (!left.contains(file)) {
            LOG.error("event=maildrop-left file={} cause=\"{}\"", file, e.toString());
        }
        return false;
    }

    private boolean isStored(MaildropFile file) throws IOException, InterruptedException {
        var envelope = file.envelope(hostname);
        MessageSink.Incoming incoming = queue.begin(Runnable::run);
        boolean isEnded = false;
        try {
            if (!copy(file, incoming)) {
                return false;
            }
            if (incoming.refusal() != null) {
                throw new MaildropFile.InvalidException("it is refused: " + incoming.refusal());
            }
            var outcome = new CompletableFuture<CommitOutcome>();
            isEnded = true;
            incoming.commit(envelope, outcome::complete);
            if (outcome.get(COMMIT_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) != CommitOutcome.STORED) {
                return false;
            }
            LOG.info(
                    "id={} from={} uid={} picked up from the maildrop",
                    incoming.id(),
                    envelope.reversePath(),
                    file.owner());
            return true;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the message was not stored: " + e, e);
        } finally {
            if (!isEnded) {
                incoming.abandon();
            }
        }
    }

    /** Copies the content as fast as the queue has room; returns false if there was none for a long time. */
    private static boolean copy(MaildropFile file, MessageSink.Incoming incoming)
            throws IOException, InterruptedException {
        var room = new Semaphore(0);
        incoming.whenRoom(room::release);
        var chunk = new byte[CHUNK];
        long position = 0;
        while (position < file.contentBytes()) {
            while (!incoming.mayTake()) {
                if (!room.tryAcquire(ROOM_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
            int read = file.readContent(position, chunk);
            incoming.write(chunk, 0, read);
            position += read;
        }
        return true;
    }

    private boolean isSetAside(Path file, String reason) {
        try {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + MaildropDirectory.SET_ASIDE),
                    StandardCopyOption.ATOMIC_MOVE);
            LOG.warn("event=maildrop-set-aside file={} reason=\"{}\"", file, reason);
            return true;
        } catch (IOException e) {
            return complain(file, e);
        }
    }

    /** Takes no more mail. Waits shortly for the message that is being taken. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
