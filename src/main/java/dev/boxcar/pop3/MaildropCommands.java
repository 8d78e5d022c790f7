// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.pop3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of the TRANSACTION phase, and the removal of messages at QUIT (RFC 1939 §5, §6). Confined to the loop
 * thread.
 */
final class MaildropCommands {
    private static final Logger LOG = LoggerFactory.getLogger(MaildropCommands.class);
    private static final int NO_MESSAGE = -1;

    private final Maildrop maildrop;
    private final List<Maildrop.Message> messages;
    private final BitSet deleted = new BitSet();
    private final Pop3Replies replies;
    private final BlockingWork work;

    MaildropCommands(Maildrop maildrop, Pop3Replies replies, BlockingWork work) {
        this.maildrop = maildrop;
        this.messages = maildrop.messages();
        this.replies = replies;
        this.work = work;
    }

    /** How many messages there are, for the reply to the log-in. */
    int total() {
        return messages.size();
    }

    void stat() {
        replies.ok(count() + " " + bytes());
    }

    void list(List<String> arguments) {
        listing(
                arguments,
                count() + " messages (" + bytes() + " octets)",
                index -> String.valueOf(messages.get(index).bytes()));
    }

    void uidl(List<String> arguments) {
        listing(arguments, "unique ids", index -> messages.get(index).id());
    }

    private void listing(List<String> arguments, String heading, IntFunction<String> value) {
        if (!arguments.isEmpty()) {
            int index = index(arguments.get(0));
            if (index != NO_MESSAGE) {
                replies.ok((index + 1) + " " + value.apply(index));
            }
            return;
        }
        var lines = new ArrayList<String>();
        for (int i = deleted.nextClearBit(0); i < messages.size(); i = deleted.nextClearBit(i + 1)) {
            lines.add((i + 1) + " " + value.apply(i));
        }
        replies.lines(heading, lines);
    }

    void retr(String number) {
        int index = index(number);
        if (index != NO_MESSAGE) {
            send(index, messages.get(index).bytes() + " octets", MessageLines.ALL_LINES);
        }
    }

    void top(String number, String lines) {
        int index = index(number);
        if (index == NO_MESSAGE) {
            return;
        }
        long count = number(lines);
        if (count < 0) {
            replies.error("the number of lines is invalid");
        } else {
            send(index, "top of message follows", count);
        }
    }

    private void send(int index, String text, long bodyLines) {
        String id = messages.get(index).id();
        work.run(
                () -> (InputStream) new MessageLines(maildrop.open(id), bodyLines),
                lines -> replies.message(text, lines),
                failure -> {
                    if (failure instanceof NoSuchFileException) {
                        replies.fault("message " + (index + 1) + " has been removed meanwhile");
                        return;
                    }
                    LOG.warn("message={} cannot be read: {}", id, failure.toString());
                    replies.fault("[SYS/TEMP] message " + (index + 1) + " cannot be read now");
                },
                MaildropCommands::close);
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void dele(String number) {
        int index = index(number);
        if (index != NO_MESSAGE) {
            deleted.set(index);
            replies.ok("message " + (index + 1) + " deleted");
        }
    }

    void rset() {
        deleted.clear();
        replies.ok(count() + " messages (" + bytes() + " octets)");
    }

    /** Removes the messages that were marked as deleted, then replies to QUIT and runs {@code finished}. */
    void quit(Runnable finished) {
        if (deleted.isEmpty()) {
            replies.ok("bye");
            finished.run();
            return;
        }
        List<String> ids = deleted.stream().mapToObj(i -> messages.get(i).id()).toList();
        work.run(
                () -> {
                    maildrop.delete(ids);
                    return ids.size();
                },
                number -> {
                    replies.ok("bye, " + number + " messages deleted");
                    finished.run();
                },
                failure -> {
                    LOG.warn("messages cannot be deleted: {}", failure.toString());
                    replies.fault("[SYS/TEMP] some deleted messages were not removed");
                    finished.run();
                },
                number -> {});
    }

    private int count() {
        return messages.size() - deleted.cardinality();
    }

    private long bytes() {
        long sum = 0;
        for (int i = deleted.nextClearBit(0); i < messages.size(); i = deleted.nextClearBit(i + 1)) {
            sum += messages.get(i).bytes();
        }
        return sum;
    }

    /** The index of the message with this number, which counts from 1; an error reply if there is no such message. */
    private int index(String number) {
        long wanted = number(number);
        if (wanted < 1 || wanted > messages.size()) {
            replies.error("no such message, there are " + messages.size());
            return NO_MESSAGE;
        }
        int index = (int) wanted - 1;
        if (deleted.get(index)) {
            replies.error("message " + wanted + " is deleted");
            return NO_MESSAGE;
        }
        return index;
    }

    /** A number of at most nine digits, or -1. */
    private static long number(String text) {
        boolean valid = !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return valid ? Long.parseLong(text) : -1;
    }
}
