// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.demo;

import dev.boxcar.async.Dispatcher;
import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * The paper's HTTP client: asks many hosts at once, on one thread, and shows what each says as it comes. A host that is
 * dead, silent or confused costs itself and no other.
 */
public final class Fetch {
    private final EventLoop loop;
    private final Console console;
    private final Readout readout;
    private int left;

    private Fetch(EventLoop loop, int urls, OutputStream out, OutputStream err) {
        this.loop = loop;
        this.console = Console.open(out, err, () -> later(loop, this::goOn));
        this.readout = new Readout(console, urls == 1, this::oneEnded);
        this.left = urls;
    }

    /**
     * Fetches them all, and returns when each has come or failed: how many failed, each of which is a line on
     * {@code err}.
     *
     * @param patience how long a host may be silent
     * @throws IOException if {@code out} takes no more
     */
    public static int all(List<HttpUrl> urls, Duration patience, OutputStream out, OutputStream err)
            throws IOException, InterruptedException {
        if (urls.isEmpty()) {
            return 0;
        }
        try (var loop = EventLoop.open("fetch")) {
            return new Fetch(loop, urls.size(), out, err).run(urls, patience);
        }
    }

    private int run(List<HttpUrl> urls, Duration patience) throws IOException, InterruptedException {
        var chats = new ArrayList<HttpChat>();
        for (HttpUrl url : urls) {
            Readout.Voice voice = readout.new Voice(chats.size() + 1, url);
            chats.add(new HttpChat(loop, url, voice, patience, () -> !console.isBehind()));
        }
        chats.forEach(HttpChat::begin);
        loop.serve();
        console.finish(Duration.ofDays(1)); // as long as whoever reads it takes
        if (console.failure() != null) {
            throw new IOException("standard output: " + console.failure().getMessage(), console.failure());
        }
        return readout.failures();
    }

    private void oneEnded() {
        if (--left == 0) {
            loop.close();
        }
    }

    private void goOn() {
        if (console.failure() != null) {
            loop.close(); // nobody listens
        }
        loop.channels().forEach(Dispatcher::interestChanged);
    }

    private static void later(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // it is over, and there is nobody to go on
        }
    }

    /** {@code 30 s}, {@code 0.5 s}. */
    static String text(Duration time) {
        return (time.toMillis() % 1000 == 0 ? Long.toString(time.toSeconds()) : Double.toString(time.toMillis() / 1e3))
                + " s";
    }
}
