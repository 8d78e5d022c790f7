// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import dev.boxcar.async.EventLoop;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

/** Counts down, one number after each pause, and ends. */
final class Countdown {
    private final EventLoop loop;
    private final Duration pause;
    private final PrintStream out;
    private int number;

    Countdown(EventLoop loop, int number, Duration pause, PrintStream out) {
        this.loop = loop;
        this.number = number;
        this.pause = pause;
        this.out = out;
        loop.schedule(pause, this::tick);
    }

    private void tick() {
        out.println(number--);
        if (number > 0) {
            loop.schedule(pause, this::tick);
        } else {
            loop.close();
        }
    }

    public static void main(String[] arguments) throws IOException {
        EventLoop loop = EventLoop.open("countdown");
        new Countdown(loop, 3, Duration.ofSeconds(1), System.out);
        loop.serve();
    }
}
