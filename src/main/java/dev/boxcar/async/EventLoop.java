// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import dev.boxcar.async.buffer.LoopBuffers;
import dev.boxcar.async.loop.LoopThread;
import dev.boxcar.async.loop.PendingChannels;
import dev.boxcar.async.loop.SelectorWait;
import dev.boxcar.async.loop.TaskQueue;
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
 * The polling loop: waits until channels are ready, calls their handlers, and waits again. An idle loop uses no CPU,
 * however many channels it has.
 *
 * <p>The thread that first calls {@link #run}, {@link #serve} or {@link #poll} becomes the loop's thread. Everything
 * else is confined to it, except {@link #execute}, {@link #inlineExecutor} and {@link #close}, which any thread may
 * call. An exception in a handler affects that channel only; an exception in a task is logged; an {@link Error} ends
 * the loop.
 */
public final class EventLoop implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    /** Maximum tasks per turn, so that tasks that add tasks do not hold up the channels. */
    private static final int TASKS_PER_TURN = 4096;

    /** Longer times are shortened to this, so that sums and differences of times do not overflow. */
    private static final Duration MAX_TIME = Duration.ofDays(365 * 100);

    private final String name;
    private final Selector selector;
    private final LongSupplier clock;
    private final WorkerPool workers;
    private final boolean ownsWorkers;
    private final LoopThread thread;
    private final Set<Dispatcher> channels = Collections.newSetFromMap(new IdentityHashMap<>());
    private final PendingChannels<Dispatcher> pending = new PendingChannels<>();
    private final TimerQueue timers;
    private final TaskQueue tasks = new TaskQueue();
    private final Consumer<Runnable> taskRunner = this::runSafely;
    private final LoopExecutor inlineExecutor = new InlineExecutor();
    private final LoopBuffers buffers = new LoopBuffers();
    private final SearchResult searchResult = new SearchResult();
    private final SelectorWait selectorWait;
    /** The channel whose event is being delivered; during the event its output collects in the buffers. */
    private @Nullable Dispatcher current;

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
        this.thread = new LoopThread(name);
        this.timers = new TimerQueue(thread, clock);
        this.selectorWait = new SelectorWait(selector, clock, this::ready, this::hasWork);
        this.turnNanos = clock.getAsLong();
    }

    /** A loop with a selector and a worker pool of its own; the name is for logs. */
    public static EventLoop open(String name) throws IOException {
        return open(name, System::nanoTime);
    }

    /** A loop that shares a worker pool with others. The caller closes the pool after the loops. */
    public static EventLoop open(String name, WorkerPool workers) throws IOException {
        return new EventLoop(name, System::nanoTime, Objects.requireNonNull(workers, "workers"));
    }

    /** A loop whose timers follow {@code clock}, which counts nanoseconds as {@link System#nanoTime} does. */
    public static EventLoop open(String name, LongSupplier clock) throws IOException {
        return new EventLoop(name, clock, null);
    }

    /** Polls until no channel is left or the loop is closed. */
    public void run() {
        pollWhile(() -> !closed && !channels.isEmpty());
    }

    /** Polls until the loop is closed. */
    public void serve() {
        pollWhile(() -> !closed);
    }

    private void pollWhile(BooleanSupplier condition) {
        if (!thread.claim() && closed) {
            return; // closed before it started
        }
        requireLoopThread();
        while (condition.getAsBoolean()) {
            poll(SelectorWait.FOREVER);
        }
        endIfClosed();
    }

    /** Takes one turn: waits at most {@code timeout} for something to do, and does it. */
    public void poll(Duration timeout) {
        poll(nanos(timeout));
    }

    private void poll(long timeoutNanos) {
        thread.claim();
        requireLoopThread();
        if (polling) {
            throw new IllegalStateException("loop " + name + " is already being polled");
        }
        polling = true;
        try {
            select(timeoutNanos);
            pending.resumeAll(Dispatcher::resume);
            timers.runDue(taskRunner);
            runTasks();
            pending.settleChanged(Dispatcher::settleChange);
        } catch (RuntimeException | Error e) {
            closed = true; // first, because the next line may fail when memory is short
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
            selectorWait.await(hasWork() ? 0 : timers.untilNext(timeoutNanos));
        } catch (IOException e) {
            throw new UncheckedIOException("the selector of loop " + name + " failed", e);
        }
        wakeUp();
        if (Thread.interrupted()) { // an interrupt that stays set would keep the loop from sleeping
            LOG.warn("loop={} ignores an interrupt; close() ends the loop", name);
        }
    }

    /**
     * Makes the loop check for input repeatedly for this time before it sleeps. Answers then leave without the delay of
     * a wake-up, but the loop keeps a core busy during this time. The default, zero, sleeps immediately. Call on the
     * loop's thread, or before the loop has one.
     */
    public void spinBeforeSleep(Duration time) {
        requireLoopThread();
        selectorWait.setSpinNanos(nanos(time));
    }

    private boolean hasWork() {
        return closed || !tasks.isEmpty() || !pending.isEmpty();
    }

    /** Starts the turn: at the first event during the selection or, without an event, after the selection. */
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
            EventDelivery.deliver(channel, key.readyOps());
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
     * Runs a task on the loop's thread in its next turn, after the tasks given before. Any thread may call. An accepted
     * task always runs, if necessary while the loop ends.
     *
     * @throws RejectedExecutionException if the loop is closed
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

    /** An executor for tasks that may run within the current event, or after all events of the turn. */
    public LoopExecutor inlineExecutor() {
        return inlineExecutor;
    }

    private final class InlineExecutor implements LoopExecutor {
        @Override
        public void execute(Runnable task) {
            if (!thread.isCurrent() || !tasks.isEmpty()) {
                EventLoop.this.execute(task);
                return;
            }
            try {
                runSafely(task);
            } catch (Error e) { // ends the loop, but must not interrupt the caller's work for other channels
                EventLoop.this.execute(() -> {
                    throw e;
                });
            }
        }

        @Override
        public void executeAfterEvents(Runnable task) {
            if (!thread.isCurrent() || !polling || !tasks.add(task)) {
                task.run();
            }
        }
    }

    /** Runs a task once, after {@code delay} or as soon as possible after that. */
    public Timer schedule(Duration delay, Runnable task) {
        requireLoopThread();
        var timer = new Timer(timers, Objects.requireNonNull(task, "task"));
        reschedule(timer, delay);
        return timer;
    }

    /** Schedules a timer again, whether it is scheduled, has run or was cancelled. */
    public void reschedule(Timer timer, Duration delay) {
        timers.schedule(timer, nanos(delay));
    }

    private static long nanos(Duration time) {
        return time.compareTo(MAX_TIME) > 0 ? MAX_TIME.toNanos() : time.toNanos();
    }

    /**
     * When this turn began, on the loop's clock: precise enough for idle timeouts, and cheaper than reading the clock.
     */
    public long turnNanos() {
        return turnNanos;
    }

    /** The time now, on the loop's clock. */
    public long nowNanos() {
        return clock.getAsLong();
    }

    /** Whether the calling thread is the loop's thread, or may become it. */
    public boolean inLoop() {
        return thread.isCurrentOrFree();
    }

    /**
     * Checks that the calling thread may use the loop.
     *
     * @throws IllegalStateException if the loop belongs to another thread
     */
    public void requireLoopThread() {
        thread.require();
    }

    /** The threads for work that would block the loop. */
    public WorkerPool workers() {
        return workers;
    }

    /** The number of channels. */
    public int size() {
        requireLoopThread();
        return channels.size();
    }

    /** A copy of the current set of channels. */
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
     * Ends the loop: closes its channels and lets its thread return. If called within a turn, the loop ends after that
     * turn. Any thread may call, more than once.
     */
    @Override
    public void close() {
        closed = true;
        if (thread.claim()) {
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

    // called by channels

    SelectionKey register(SelectableChannel channel, int interest, Dispatcher dispatcher) throws IOException {
        requireOpen();
        SelectionKey key = channel.register(selector, interest, dispatcher);
        add(dispatcher);
        return key;
    }

    /** Adds a channel to the loop; the channel need not be registered with the selector yet. */
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

    /** Makes the loop settle the channel before it waits. */
    void settleLater(Dispatcher dispatcher) {
        pending.addChanged(dispatcher);
    }

    /** Makes the loop resume the channel's input in the next turn. */
    void resumeLater(Dispatcher dispatcher) {
        pending.addResuming(dispatcher);
    }

    void beginEvent(Dispatcher dispatcher) {
        current = dispatcher;
        buffers.output().clear();
    }

    void endEvent() {
        current = null;
    }

    boolean isCurrent(Dispatcher dispatcher) {
        return current == dispatcher;
    }

    LoopBuffers buffers() {
        return buffers;
    }

    SearchResult searchResult() {
        return searchResult;
    }

    @Override
    public String toString() {
        return "EventLoop " + name;
    }
}
