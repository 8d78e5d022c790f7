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
 * The paper's HTTP client: fetches from many hosts at the same time, on one thread, and prints the responses as they
 * arrive. A host that is down, silent or faulty does not affect the others.
 */
public final class Fetch {
    private final EventLoop loop;
    private final Console console;
    private final FetchOutput output;
    private int left;

    private Fetch(EventLoop loop, int urls, OutputStream out, OutputStream err) {
        this.loop = loop;
        this.console = Console.open(out, err, () -> executeIfOpen(loop, this::resume));
        this.output = new FetchOutput(console, urls == 1, this::responseEnded);
        this.left = urls;
    }

    /**
     * Fetches all URLs and returns how many failed. For each failure, prints a line on {@code err}.
     *
     * @param timeout how long a host may be silent
     * @throws IOException if {@code out} cannot be written to
     */
    public static int all(List<HttpUrl> urls, Duration timeout, OutputStream out, OutputStream err)
            throws IOException, InterruptedException {
        if (urls.isEmpty()) {
            return 0;
        }
        try (var loop = EventLoop.open("fetch")) {
            return new Fetch(loop, urls.size(), out, err).run(urls, timeout);
        }
    }

    private int run(List<HttpUrl> urls, Duration timeout) throws IOException, InterruptedException {
        var chats = new ArrayList<HttpChat>();
        for (HttpUrl url : urls) {
            FetchOutput.Response response = output.new Response(chats.size() + 1, url);
            chats.add(new HttpChat(loop, url, response, timeout, () -> !console.isBehind()));
        }
        chats.forEach(HttpChat::start);
        loop.serve();
        console.finish(Duration.ofDays(1)); // in practice, as long as the reader takes
        if (console.failure() != null) {
            throw new IOException("standard output: " + console.failure().getMessage(), console.failure());
        }
        return output.failures();
    }

    private void responseEnded() {
        if (--left == 0) {
            loop.close();
        }
    }

    private void resume() {
        if (console.failure() != null) {
            loop.close(); // the output is not read any more
        }
        loop.channels().forEach(Dispatcher::interestChanged);
    }

    private static void executeIfOpen(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // the loop is closed already
        }
    }

    /** {@code 30 s}, {@code 0.5 s}. */
    static String text(Duration time) {
        return (time.toMillis() % 1000 == 0 ? Long.toString(time.toSeconds()) : Double.toString(time.toMillis() / 1e3))
                + " s";
    }
}
