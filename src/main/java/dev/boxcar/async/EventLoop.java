// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The polling loop: waits for what its channels can do, tells them, and waits again. Idle, it uses no CPU, whatever the
 * number of its channels.
 *
 * <p>The thread that calls {@link #run}, {@link #serve} or {@link #poll} first is the loop's thread. All else belongs
 * to it, save {@link #execute}, {@link #inlineExecutor} and {@link #close}, which any thread may call. An exception in a
 * handler costs that channel, one in a task is logged; an {@link Error} ends the loop.
 */
public final class EventLoop implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** Tasks that make tasks leave a turn to the channels. */
    private static final int TASKS_PER_TURN = 4096;

    private static final Duration LONG = Duration.ofDays(365 * 100);
    private static final long FOREVER = Long.MAX_VALUE;

    private final String name;
    private final Selector selector;
    private final LongSupplier clock;
    private final WorkerPool workers;
    private final boolean ownsWorkers;
    private final Set<Dispatcher> channels = Collections.newSetFromMap(new IdentityHashMap<>());
    private final TimerQueue timers = new TimerQueue();
    private final Consumer<SelectionKey> ready = this::ready;
    private final TaskQueue tasks = new TaskQueue();
    private final LoopExecutor inlineExecutor = new InlineExecutor();
    private final Agenda agenda = new Agenda();
    private final Ownership ownership = new Ownership();
    private final Buffers buffers = new Buffers();
    /** The channel whose event is going on; what it says meanwhile gathers in the buffers. */
    private @Nullable Dispatcher current;

    private long spinNanos;
    private long turnNanos;
    private boolean polling;
    private boolean asleep;
    private boolean ended;
    private volatile boolean closed;

    private EventLoop(String name, LongSupplier clock, @Nullable WorkerPool shared) throws IOException {
        this.name = name;
        this.selector = Selector.open();
        this.clock = clock;
        this.workers = shared == null ? WorkerPool.open(name) : shared;
        this.ownsWorkers = shared == null;
        this.turnNanos = clock.getAsLong();
    }

    /** A loop with a selector and workers of its own; the name is for logs. */
    public static EventLoop open(String name) throws IOException {
        return open(name, System::nanoTime);
    }

    /** A loop that shares its workers with others: whoever opened them closes them, after the loops. */
    public static EventLoop open(String name, WorkerPool workers) throws IOException {
        return new EventLoop(name, System::nanoTime, Objects.requireNonNull(workers, "workers"));
    }

    /** A loop whose timers follow {@code clock}, which counts nanoseconds as {@link System#nanoTime} does. */
    public static EventLoop open(String name, LongSupplier clock) throws IOException {
        return new EventLoop(name, clock, null);
    }

    /** Polls until no channel is left, or the loop is closed. */
    public void run() {
        pollWhile(() -> !closed && !channels.isEmpty());
    }

    /** Polls until the loop is closed. */
    public void serve() {
        pollWhile(() -> !closed);
    }

    private void pollWhile(BooleanSupplier condition) {
        if (!ownership.claim() && closed) {
            return; // it was closed before it began
        }
        requireLoopThread();
        while (condition.getAsBoolean()) {
            poll(FOREVER);
        }
        endIfClosed();
    }

    /** One turn: waits up to {@code timeout} for something to do, and does it. */
    public void poll(Duration timeout) {
        poll(nanos(timeout));
    }

    private void poll(long timeoutNanos) {
        ownership.claim();
        requireLoopThread();
        if (polling) {
            throw new IllegalStateException("loop " + name + " is within a turn already");
        }
        polling = true;
        try {
            select(timeoutNanos);
            agenda.resume();
            runDueTimers();
            runTasks();
            agenda.settleChanged();
        } catch (RuntimeException | Error e) {
            closed = true; // first: when memory is short, the next line may fail
            LOG.error("loop={} ends with all its channels", name, e);
            throw e;
        } finally {
            polling = false;
            endIfClosed();
        }
    }

    private void select(long timeoutNanos) {
        try {
            asleep = true;
            tasks.aboutToSleep();
            long waitNanos = somethingToDo() ? 0 : untilNextTimer(timeoutNanos);
            if (waitNanos <= 0) {
                selector.selectNow(ready);
            } else if (!foundBySpinning(Math.min(spinNanos, waitNanos))) {
                sleep(waitNanos);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the selector of loop " + name + " failed", e);
        }
        wakeUp();
        if (Thread.interrupted()) { // left standing, it would keep the loop from sleeping
            LOG.warn("loop={} was interrupted and goes on; close() ends it", name);
        }
    }

    /** Looks again and again for so long, where that is wanted; whether there was something. */
    private boolean foundBySpinning(long nanos) throws IOException {
        long begunNanos = nanos == 0 ? 0 : clock.getAsLong();
        for (long spun = 0; spun < nanos; spun = clock.getAsLong() - begunNanos) {
            if (selector.selectNow(ready) > 0 || somethingToDo()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** What was spent on looking is not waited for again. */
    private void sleep(long waitNanos) throws IOException {
        long left = waitNanos == FOREVER ? FOREVER : waitNanos - spinNanos;
        if (left == FOREVER) {
            selector.select(ready);
        } else if (left > 0) {
            selector.select(ready, Math.max(1, (left + 999_999) / 1_000_000));
        }
    }

    /**
     * Has the loop look for input for so long before it sleeps: who answers at once is heard without the time that a
     * wake-up takes, for the price of a core that works meanwhile. Zero, the default: it sleeps at once. On the loop's
     * thread, or before it has one.
     */
    public void spinBeforeSleep(Duration time) {
        requireLoopThread();
        spinNanos = nanos(time);
    }

    private boolean somethingToDo() {
        return closed || !tasks.isEmpty() || !agenda.isEmpty();
    }

    private long untilNextTimer(long timeoutNanos) {
        return timers.isEmpty() ? timeoutNanos : Math.min(timeoutNanos, timers.earliestNanos() - clock.getAsLong());
    }

    /** The turn begins with its first event, which comes within the selection. */
    private void wakeUp() {
        if (asleep) {
            asleep = false;
            turnNanos = clock.getAsLong();
            tasks.awake();
        }
    }

    private void ready(SelectionKey key) {
        wakeUp();
        if (key.isValid() && key.attachment() instanceof Dispatcher channel) {
            Event.deliver(channel, key.readyOps());
        }
    }

    private void runDueTimers() {
        if (timers.isEmpty()) {
            return;
        }
        long now = clock.getAsLong();
        for (Timer timer = timers.pollDue(now); timer != null; timer = timers.pollDue(now)) {
            runSafely(timer.task());
        }
    }

    private void runTasks() {
        for (int ran = 0; ran < TASKS_PER_TURN; ran++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            runSafely(task);
        }
    }

    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("loop={} a task failed", name, e);
        }
    }

    /**
     * Hands a task to the loop's thread, which runs it in its next turn, behind those handed over before. Any thread.
     *
     * @throws RejectedExecutionException if the loop is closed; a task that was taken is run, be it while the loop ends
     */
    @Override
    public void execute(Runnable task) {
        if ((closed && !inLoop()) || !tasks.add(task)) {
            throw new RejectedExecutionException("loop " + name + " is closed");
        }
        if (tasks.mustWake()) {
            selector.wakeup();
        }
    }

    /** This loop, for what may run within the event that asks for it, or behind all events of the turn. */
    public LoopExecutor inlineExecutor() {
        return inlineExecutor;
    }

    private final class InlineExecutor implements LoopExecutor {
        @Override
        public void execute(Runnable task) {
            if (!ownership.isOwner() || !tasks.isEmpty()) {
                EventLoop.this.execute(task);
                return;
            }
            try {
                runSafely(task);
            } catch (Error e) { // ends the loop, but not in the middle of what its caller does for others
                EventLoop.this.execute(() -> {
                    throw e;
                });
            }
        }

        @Override
        public void executeAfterEvents(Runnable task) {
            if (!ownership.isOwner() || !polling || !tasks.add(task)) {
                task.run();
            }
        }
    }

    /** Runs a task once, after {@code delay} or as soon as possible after that. */
    public Timer schedule(Duration delay, Runnable task) {
        requireLoopThread();
        var timer = new Timer(this, Objects.requireNonNull(task, "task"));
        reschedule(timer, delay);
        return timer;
    }

    /** Plans a timer again, whether it waits, ran or was cancelled. */
    public void reschedule(Timer timer, Duration delay) {
        requireLoopThread();
        timers.remove(timer);
        timer.dueNanos = clock.getAsLong() + nanos(delay);
        timers.add(timer);
    }

    /** So many nanoseconds, or as good as for ever: sums and differences of such times do not overflow. */
    private static long nanos(Duration time) {
        return time.compareTo(LONG) > 0 ? LONG.toNanos() : time.toNanos();
    }

    void cancel(Timer timer) {
        requireLoopThread();
        timers.remove(timer);
    }

    /** When this turn began, on the loop's clock: near enough for idle clocks, and free. */
    public long turnNanos() {
        return turnNanos;
    }

    /** Whether the calling thread is the loop's, or may become it. */
    public boolean inLoop() {
        return ownership.isMine();
    }

    /** Who does for the loop what would block it. */
    public WorkerPool workers() {
        return workers;
    }

    /** How many channels there are. */
    public int size() {
        requireLoopThread();
        return channels.size();
    }

    /** The channels of this moment. */
    public List<Dispatcher> channels() {
        requireLoopThread();
        return new ArrayList<>(channels);
    }

    /** Closes every channel. */
    public void closeAll() {
        requireLoopThread();
        for (Dispatcher channel : channels()) {
            channel.close();
        }
    }

    /**
     * Ends the loop: its channels are closed, its thread returns; within a turn, when the turn is over. Any thread;
     * again is harmless.
     */
    @Override
    public void close() {
        closed = true;
        if (ownership.claim()) {
            endIfClosed();
        } else {
            selector.wakeup();
        }
    }

    private void endIfClosed() {
        if (!closed || polling || ended) {
            return;
        }
        ended = true;
        runTasks();
        closeAll();
        tasks.end();
        for (Runnable last = tasks.poll(); last != null; last = tasks.poll()) {
            runSafely(last);
        }
        if (ownsWorkers) {
            workers.close();
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.warn("loop={} the selector did not close: {}", name, e.toString());
        }
    }

    public void requireLoopThread() {
        if (!inLoop()) {
            throw new IllegalStateException("loop " + name + " belongs to thread " + ownership + "; use execute");
        }
    }

    SelectionKey register(SelectableChannel channel, int interest, Dispatcher dispatcher) throws IOException {
        requireOpen();
        SelectionKey key = channel.register(selector, interest, dispatcher);
        add(dispatcher);
        return key;
    }

    /** From now on it is one of the loop's channels, be it that the selector does not know it yet. */
    void add(Dispatcher dispatcher) throws IOException {
        requireOpen();
        if (channels.add(dispatcher)) {
            LOG.debug("loop={} adding channel {}", name, dispatcher);
        }
    }

    private void requireOpen() throws IOException {
        requireLoopThread();
        if (closed) {
            throw new IOException("loop " + name + " is closed");
        }
    }

    void remove(Dispatcher dispatcher) {
        if (channels.remove(dispatcher)) {
            LOG.debug("loop={} closing channel {}", name, dispatcher);
        }
    }

    void enlistChanged(Dispatcher dispatcher) {
        agenda.addChanged(dispatcher);
    }

    void enlistResuming(Dispatcher dispatcher) {
        agenda.addResuming(dispatcher);
    }

    void begin(Dispatcher dispatcher) {
        current = dispatcher;
        buffers.output().clear();
    }

    void end() {
        current = null;
    }

    boolean isCurrent(Dispatcher dispatcher) {
        return current == dispatcher;
    }

    Buffers buffers() {
        return buffers;
    }

    @Override
    public String toString() {
        return "EventLoop " + name;
    }
}
