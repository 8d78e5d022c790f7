// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.sink.Inbox;
import dev.boxcar.sink.Namespace;
import dev.boxcar.sink.NamespaceSelector;
import dev.boxcar.sink.index.Retention;
import dev.boxcar.sink.search.Query;
import dev.boxcar.smtp.Envelope;
import dev.boxcar.spool.IncomingBody;
import dev.boxcar.spool.Spool;
import dev.boxcar.spool.SpoolOptions;
import dev.boxcar.spool.Sync;
import dev.boxcar.spool.Ulid;
import dev.boxcar.spool.segment.SegmentSpool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;

/**
 * Measures an inbox of many messages: its heap, and the time of a list, a search, a deletion and a start. Times are
 * medians in milliseconds.
 */
final class InboxFigures {
    private static final int ROUNDS = 9;
    private static final int ON_THE_WAY = 1000;
    private static final String[] QUERIES = {
        "subject:invoice",
        "from:alice77@",
        "\"zyzzyva was here\"",
        "no-such-word-anywhere",
        "the",
        "header:X-Test-Id=run-99500",
        "rcpt:bob99@ -is:read",
        "subject:/number 99\\d\\d\\d/"
    };

    private InboxFigures() {}

    /** Arguments: the number of messages (100000), and the bytes of text in each (700). */
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        int bytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 700;
        Path directory = Files.createTempDirectory(Path.of("target"), "bench-inbox");
        System.out.printf("%d messages with %d bytes of text%n", messages, bytes);
        fill(directory, messages, bytes);
        try (Spool spool = open(directory)) {
            long without = heap();
            long begin = System.nanoTime();
            try (var inbox = Inbox.open(spool, Retention.ALL, NamespaceSelector.NONE, Long.MAX_VALUE)) {
                print("start", millis(begin));
                while (inbox.statistics().pending() > 0) {
                    Thread.onSpinWait();
                }
                print("start, with every message scanned", millis(begin));
                print("heap, bytes per message", (double) (heap() - without) / messages);
                print(
                        "digests in it, bytes per message",
                        (double) inbox.statistics().heldBytes() / messages);
                measure(inbox.namespace(""), messages);
            }
        }
    }

    private static void measure(Namespace box, int messages) throws Exception {
        print("list, newest 50", median(() -> box.list(0, 50)));
        print("list, oldest 50", median(() -> box.list(messages - 50, 50)));
        for (String text : QUERIES) {
            Query query = Query.parse(text, ZoneOffset.UTC, Instant.now());
            print(
                    "search " + text + " (" + box.search(query, 0, 0, 50).matches() + ")",
                    median(() -> box.search(query, 0, 0, 50)));
        }
        List<Ulid> ids = box.ids(Query.ALL);
        int[] next = {0};
        print("delete one", median(() -> box.delete(List.of(ids.get(messages / 2 + next[0]++)))));
        long begin = System.nanoTime();
        box.setRead(Query.ALL, true);
        print("mark all", millis(begin));
        begin = System.nanoTime();
        box.deleteAll();
        print("delete all", millis(begin));
    }

    private static SegmentSpool open(Path directory) throws Exception {
        return SegmentSpool.open(directory, SpoolOptions.DEFAULTS.withSync(Sync.NONE), Throwable::printStackTrace);
    }

    private static void fill(Path directory, int messages, int bytes) throws Exception {
        var random = new Random(1);
        String[] words = new String[5000];
        for (int i = 0; i < words.length; i++) {
            words[i] = Long.toString(Math.abs(random.nextLong()), 36).substring(0, 3 + random.nextInt(6));
        }
        words[0] = "the";
        try (Spool spool = open(directory)) {
            var room = new Semaphore(ON_THE_WAY);
            for (int i = 0; i < messages; i++) {
                room.acquire();
                byte[] message = message(i, bytes, words, random).getBytes(UTF_8);
                byte[] envelope = ("Session: 01S" + i
                                + "\nClient: 127.0.0.1:4000\nHelo: client.example\nProtocol: ESMTP\nFrom: <alice"
                                + i % 100 + "@a.example>\nTo: <bob" + i % 100 + "@b.example>\nReceived: "
                                + Instant.now()
                                + "\n")
                        .getBytes(UTF_8);
                IncomingBody body = spool.newBody();
                body.write(message, 0, message.length);
                spool.append(
                        spool.newId(),
                        Envelope.of(envelope, envelope.length),
                        body,
                        Runnable::run,
                        outcome -> room.release());
            }
            room.acquire(ON_THE_WAY);
        }
    }

    private static String message(int number, int bytes, String[] words, Random random) {
        var text = new StringBuilder("From: Alice <alice" + number % 100 + "@a.example>\r\nTo: Bob <bob" + number % 100
                + "@b.example>\r\nSubject: " + (number % 10 == 0 ? "invoice" : "letter") + " number " + number
                + "\r\nMessage-ID: <" + number
                + ".abcdefgh@a.example>\r\nDate: Sun, 22 Nov 2026 09:30:00 +0000\r\nX-Test-Id: run-"
                + number + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n");
        int end = text.length() + bytes;
        while (text.length() < end) {
            text.append(words[random.nextInt(words.length)]).append(random.nextInt(10) == 0 ? "\r\n" : " ");
        }
        return text + (number % 1000 == 7 ? "zyzzyva was here\r\n" : "\r\n");
    }

    private interface Task {
        void run() throws Exception;
    }

    private static double median(Task task) throws Exception {
        var times = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            task.run();
            times[i] = millis(begin);
        }
        Arrays.sort(times);
        return times[ROUNDS / 2];
    }

    private static double millis(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }

    private static void print(String what, double number) {
        System.out.printf("%-60s %10.2f%n", what, number);
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
