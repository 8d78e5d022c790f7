// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boxcar.async.loop.LoopThread;
import dev.boxcar.async.loop.TaskQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop's turns, tasks, timers, thread and end. */
@Timeout(60)
class EventLoopTest {
    private static final Duration A_WHILE = Duration.ofMillis(60);

    /** A loop on a thread of its own. */
    private static final class Serving implements AutoCloseable {
        final EventLoop loop = EventLoop.open("serving");
        final Thread thread = new Thread(this::serve, "serving");
        final AtomicReference<Throwable> ended = new AtomicReference<>();

        Serving() throws IOException {
            thread.start();
        }

        private void serve() {
            try {
                loop.serve();
            } catch (Throwable e) {
                ended.set(e);
            }
        }

        <T> T ask(java.util.concurrent.Callable<T> question) throws Exception {
            var answer = new CompletableFuture<T>();
            loop.execute(() -> {
                try {
                    answer.complete(question.call());
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer.get(20, TimeUnit.SECONDS);
        }

        void awaitEnd() throws InterruptedException {
            thread.join(20_000);
            assertThat(thread.isAlive()).isFalse();
        }

        @Override
        public void close() {
            loop.close();
            try {
                awaitEnd();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while the loop ended", e);
            }
        }
    }

    private static long nanosOf(Runnable action) {
        long begin = System.nanoTime();
        action.run();
        return System.nanoTime() - begin;
    }

    // tasks

    @Test
    void aTaskFromAnotherThreadWakesTheLoop() throws Exception {
        try (var serving = new Serving()) {
            for (int i = 0; i < 1000; i++) { // each task finds the loop asleep or about to sleep
                assertThat(serving.ask(Thread::currentThread)).isSameAs(serving.thread);
            }
        }
    }

    @Test
    void aLoopAboutToSleepMissesNoTask() throws Exception {
        try (var serving = new Serving()) {
            var done = new AtomicInteger();
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            for (int i = 1; i <= 20_000; i++) { // each task arrives just after the loop found nothing to do
                serving.loop.execute(done::incrementAndGet);
                for (int wait = i % 64; wait > 0; wait--) {
                    Thread.onSpinWait();
                }
                while (done.get() < i) {
                    assertThat(System.nanoTime()).as("task %s", i).isLessThan(deadline);
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void aTaskAddedAsTheQueueEndsIsPolledOrRejected() {
        for (boolean endsBefore : new boolean[] {true, false}) {
            var ends = new ArrayList<Runnable>(); // at max one
            var queue = new TaskQueue(new ConcurrentLinkedQueue<>() {
                @Override
                public boolean add(Runnable task) { // meanwhile the loop's thread ends the queue
                    if (endsBefore) {
                        ends.forEach(Runnable::run);
                    }
                    boolean added = super.add(task);
                    if (!endsBefore) {
                        ends.forEach(Runnable::run);
                    }
                    return added;
                }
            });
            var polled = new ArrayList<Runnable>();
            ends.add(() -> {
                queue.end();
                for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
                    polled.add(task);
                }
            });
            boolean taken = queue.add(() -> {});
            assertThat(polled).hasSize(taken ? 1 : 0);
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.add(() -> {})).isFalse();
        }
    }

    @Test
    void tasksOfManyThreadsRunInOrderPerThread() throws Exception {
        int each = 25_000;
        try (var serving = new Serving()) {
            var lists = new ArrayList<List<Integer>>();
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 4; t++) {
                var list = new ArrayList<Integer>(each);
                lists.add(list);
                threads.add(new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        int number = i;
                        serving.loop.execute(() -> list.add(number));
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            serving.ask(() -> "all before this ran");
            for (List<Integer> list : lists) {
                assertThat(list).hasSize(each).isSorted();
            }
        }
    }

    @Test
    void tasksThatAddTasksDoNotHoldUpTheChannels() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var ran = new int[1];
            var again = new Runnable() {
                @Override
                public void run() {
                    ran[0]++;
                    fixture.loop.execute(this);
                }
            };
            fixture.loop.execute(again);
            fixture.turn();
            assertThat(ran[0]).isBetween(1, 10_000);
            fixture.deliver("x\n");
            assertThat(fixture.chat.items).containsExactly("x");
        }
    }

    @Test
    void anInlineTaskRunsImmediatelyOnTheLoopThreadAndInTheNextTurnFromOthers() throws Exception {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var ran = new AtomicInteger();
            fixture.chat.whenFound = () -> {
                fixture.loop.inlineExecutor().execute(ran::incrementAndGet);
                assertThat(ran).as("within the event").hasValue(1);
                fixture.loop.inlineExecutor().execute(() -> {
                    throw new IllegalStateException("bad task");
                });
            };
            fixture.deliver("x\n");
            assertThat(ran).hasValue(1);

            var other = new Thread(() -> fixture.loop.inlineExecutor().execute(ran::incrementAndGet));
            other.start();
            other.join();
            assertThat(ran).hasValue(1);
            fixture.turn();
            assertThat(ran).hasValue(2);
        }
    }

    @Test
    void aTaskAfterEventsRunsAfterThemOnTheLoopThreadAndImmediatelyOnOthers() throws Exception {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var ran = new ArrayList<String>();
            fixture.chat.whenFound = () -> {
                ran.add("event");
                fixture.loop.inlineExecutor().executeAfterEvents(() -> ran.add("served"));
            };
            fixture.deliver("x\ny\n");
            assertThat(ran).containsExactly("event", "event", "served", "served");

            fixture.loop.inlineExecutor().executeAfterEvents(() -> ran.add("between two turns"));
            assertThat(ran).last().isEqualTo("between two turns");
            var other =
                    new Thread(() -> fixture.loop.inlineExecutor().executeAfterEvents(() -> ran.add("another thread")));
            other.start();
            other.join();
            assertThat(ran).last().isEqualTo("another thread");
        }
    }

    @Test
    void aSpinningLoopServesInputTimersTasksAndItsTimeout() throws Exception {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.loop.spinBeforeSleep(Duration.ofMinutes(10));
            fixture.deliver("x\n");
            assertThat(fixture.chat.items).containsExactly("x");

            var ran = new ArrayList<String>();
            fixture.loop.schedule(Duration.ofMillis(2), () -> ran.add("timer"));
            fixture.loop.poll(Duration.ofMinutes(1));
            fixture.loop.poll(Duration.ofMillis(2));
            assertThat(ran).containsExactly("timer");

            var other = new Thread(() -> fixture.loop.execute(() -> ran.add("task")));
            other.start();
            fixture.loop.poll(Duration.ofMinutes(1));
            other.join();
            assertThat(ran).containsExactly("timer", "task");

            fixture.loop.spinBeforeSleep(Duration.ofNanos(1)); // from here on it sleeps immediately
            fixture.loop.schedule(Duration.ofMillis(2), () -> ran.add("later"));
            fixture.loop.poll(Duration.ofMinutes(1));
            assertThat(ran).containsExactly("timer", "task", "later");
        }
    }

    @Test
    void anInlineTaskOvertakesNoTaskAndIsRejectedAfterTheLoopEnds() throws Exception {
        var loop = EventLoop.open("test");
        var ran = new ArrayList<String>();
        loop.execute(() -> loop.inlineExecutor().execute(() -> ran.add("at once, with a task after")));
        loop.execute(() -> ran.add("that task"));
        loop.poll(Duration.ZERO);
        loop.poll(Duration.ZERO);
        loop.close();
        assertThat(ran).containsExactly("that task", "at once, with a task after");

        var serving = new Serving();
        serving.ask(() -> "the loop is that thread's");
        serving.close();
        assertThatThrownBy(() -> serving.loop.inlineExecutor().execute(() -> ran.add("late")))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aFailingTaskDoesNotAffectOthers() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var ran = new AtomicBoolean();
            fixture.loop.execute(() -> {
                throw new IllegalStateException("bad task");
            });
            fixture.loop.schedule(Duration.ZERO, () -> {
                throw new IllegalStateException("bad timer");
            });
            fixture.loop.execute(() -> ran.set(true));
            fixture.turn();
            assertThat(ran).isTrue();
            fixture.deliver("x\n");
            assertThat(fixture.chat.items).containsExactly("x");
        }
    }

    @Test
    void aTaskAddedWithinATurnRunsWithoutAWait() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var ran = new AtomicInteger();
            fixture.chat.whenFound = () -> fixture.loop.execute(ran::incrementAndGet);
            fixture.deliver("x\n");
            assertThat(ran).hasValue(1);
            fixture.loop.execute(() -> fixture.loop.execute(ran::incrementAndGet));
            fixture.turns(2);
            assertThat(ran).hasValue(2);
            assertThat(nanosOf(() -> fixture.loop.poll(A_WHILE))).isGreaterThanOrEqualTo(A_WHILE.toNanos());
        }
    }

    // idleness

    @Test
    void anIdleLoopWaits() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var paused = new RecordingChat(fixture.loop);
            var ended = new RecordingChat(fixture.loop);
            ended.closesAtEnd = false;
            try (var pausedPeer =
                            ChatFixture.connect(paused, ConnectionType.TCP).peer();
                    var endedPeer =
                            ChatFixture.connect(ended, ConnectionType.UNIX).peer()) {
                paused.gate = false;
                pausedPeer.send("unread");
                endedPeer.end();
                fixture.chat.send("x");
                fixture.await("the end", ended::hasEnded);
                fixture.turns(3);
                assertThat(nanosOf(() -> fixture.loop.poll(A_WHILE))).isGreaterThanOrEqualTo(A_WHILE.toNanos());
            }
        }
    }

    @Test
    void aLoopWithoutChannelsWaitsForItsTimeout() throws IOException {
        try (var loop = EventLoop.open("test")) {
            assertThat(nanosOf(() -> loop.poll(A_WHILE))).isGreaterThanOrEqualTo(A_WHILE.toNanos());
            loop.run(); // e8: there is no channel
        }
    }

    @Test
    void anInterruptDoesNotKeepTheLoopFromWaiting() throws IOException {
        try (var loop = EventLoop.open("test")) {
            Thread.currentThread().interrupt();
            loop.poll(Duration.ofSeconds(30));
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(nanosOf(() -> loop.poll(A_WHILE))).isGreaterThanOrEqualTo(A_WHILE.toNanos());
        }
    }

    @Test
    void e8_runEndsWithTheLastChannel() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.whenFound = fixture.chat::closeWhenDone;
            fixture.peer.send("x\n");
            fixture.loop.run();
            assertThat(fixture.loop.size()).isZero();
        }
    }

    @Test
    void turnNanosIsTheTimeOfTheFirstEvent() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            var seen = new long[1];
            fixture.chat.whenFound = () -> seen[0] = fixture.loop.turnNanos();
            fixture.loop.poll(A_WHILE);
            long before = System.nanoTime();
            fixture.deliver("x\n");
            assertThat(seen[0] - before).isNotNegative();
        }
    }

    // timers

    @Test
    void timersRunInTheOrderOfTheirTimes() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var ran = new ArrayList<Integer>();
            for (int millis : new int[] {15, 5, 10, 0, 20}) {
                loop.schedule(Duration.ofMillis(millis), () -> ran.add(millis));
            }
            ChatFixture.await(loop, "the timers", () -> ran.size() == 5);
            assertThat(ran).containsExactly(0, 5, 10, 15, 20);
        }
    }

    @Test
    void timersRunNeitherEarlyNorLate() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var ran = new long[1];
            long begin = System.nanoTime();
            loop.schedule(Duration.ofMillis(30), () -> ran[0] = System.nanoTime());
            while (ran[0] == 0) {
                loop.poll(Duration.ofSeconds(30));
            }
            assertThat(ran[0] - begin)
                    .isBetween(
                            Duration.ofMillis(30).toNanos(),
                            Duration.ofSeconds(10).toNanos());
        }
    }

    @Test
    void aCancelledTimerDoesNotRunAndARescheduledOneRunsOnce() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var ran = new ArrayList<String>();
            Timer cancelled = loop.schedule(Duration.ZERO, () -> ran.add("cancelled"));
            Timer later = loop.schedule(Duration.ZERO, () -> ran.add("later"));
            Timer sooner = loop.schedule(Duration.ofDays(1), () -> ran.add("sooner"));
            cancelled.cancel();
            cancelled.cancel();
            assertThat(cancelled.isScheduled()).isFalse();
            loop.reschedule(later, Duration.ofMillis(20));
            loop.reschedule(sooner, Duration.ofMillis(5));
            ChatFixture.await(loop, "the timers", () -> ran.size() == 2);
            loop.poll(Duration.ofMillis(5));
            assertThat(ran).containsExactly("sooner", "later");
            assertThat(later.isScheduled()).isFalse();
            loop.reschedule(later, Duration.ZERO);
            loop.reschedule(cancelled, Duration.ZERO);
            ChatFixture.await(loop, "them again", () -> ran.size() == 4);
            assertThat(ran).containsExactlyInAnyOrder("sooner", "later", "later", "cancelled");
        }
    }

    @Test
    void aTimerMayCancelAnotherOneAndRescheduleItself() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var timers = new Timer[3];
            var ran = new int[3];
            timers[0] = loop.schedule(Duration.ofNanos(0), () -> {
                ran[0]++;
                timers[1].cancel();
            });
            timers[1] = loop.schedule(Duration.ofNanos(1), () -> ran[1]++);
            timers[2] = loop.schedule(Duration.ofNanos(2), () -> {
                if (++ran[2] < 3) {
                    loop.reschedule(timers[2], Duration.ZERO);
                }
            });
            ChatFixture.await(loop, "the timers", () -> ran[2] == 3);
            assertThat(ran).containsExactly(1, 0, 3);
        }
    }

    @Test
    void aVeryLongTimeDoesNotOverflow() throws IOException {
        try (var loop = EventLoop.open("test")) {
            var ran = new AtomicBoolean();
            loop.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.set(true));
            loop.execute(() -> {});
            loop.poll(Duration.ofSeconds(Long.MAX_VALUE));
            assertThat(ran).isFalse();
        }
    }

    @Test
    void timersLeaveTheQueueInOrderAfterCancellationsAndReschedules() {
        var random = new Random(5);
        for (int round = 0; round < 200; round++) {
            long epoch = Long.MAX_VALUE - 50; // timers are due on both sides of the clock's overflow
            var queue = new TimerQueue(new LoopThread("test"), () -> epoch);
            var planned = new ArrayList<Timer>();
            for (int step = 0; step < 300; step++) {
                int what = planned.isEmpty() ? 0 : random.nextInt(4);
                if (what <= 1) {
                    var timer = new Timer(queue, () -> {});
                    timer.dueNanos = epoch + random.nextInt(100);
                    queue.add(timer);
                    planned.add(timer);
                } else {
                    Timer timer = planned.remove(random.nextInt(planned.size()));
                    queue.remove(timer);
                    if (what == 3) {
                        timer.dueNanos = epoch + random.nextInt(100);
                        queue.add(timer);
                        planned.add(timer);
                    }
                }
            }
            planned.sort((a, b) -> Long.signum(a.dueNanos - b.dueNanos));
            for (Timer expected : planned) {
                assertThat(queue.untilNext(Long.MAX_VALUE)).isEqualTo(expected.dueNanos - epoch);
                assertThat(queue.pollDue(expected.dueNanos - 1)).isNull();
                Timer polled = queue.pollDue(expected.dueNanos);
                assertThat(polled).isNotNull();
                assertThat(polled != null ? polled.dueNanos : 0).isEqualTo(expected.dueNanos);
            }
            assertThat(queue.pollDue(epoch + 100)).isNull();
        }
    }

    // threads

    @Test
    void useFromAnotherThreadThrowsAndChangesNothing() throws Exception {
        try (var serving = new Serving()) {
            var ends = ConnectionType.TCP.connect();
            var chat = serving.ask(() -> {
                var made = new RecordingChat(serving.loop);
                made.setSocket(ends.accepted());
                made.setTerminator(RecordingChat.LF);
                return made;
            });
            Timer timer = serving.ask(() -> serving.loop.schedule(Duration.ofDays(1), () -> {}));
            List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> uses = List.of(
                    () -> chat.send("x"),
                    () -> chat.push(new byte[] {1}, 0, 1),
                    () -> chat.pushWithProducer(new ScriptedProducer("x")),
                    () -> chat.setTerminator(RecordingChat.CRLF),
                    chat::close,
                    chat::closeWhenDone,
                    chat::shutdownWhenDone,
                    chat::discardBuffers,
                    chat::flush,
                    chat::interestChanged,
                    () -> chat.setSocket(ends.accepted()),
                    () -> chat.receive(java.nio.ByteBuffer.allocate(1)),
                    () -> chat.send(java.nio.ByteBuffer.allocate(1)),
                    timer::cancel,
                    () -> serving.loop.reschedule(timer, Duration.ZERO),
                    () -> serving.loop.schedule(Duration.ZERO, () -> {}),
                    serving.loop::closeAll,
                    serving.loop::channels,
                    serving.loop::size,
                    serving.loop::run,
                    serving.loop::serve,
                    () -> serving.loop.poll(Duration.ZERO));
            for (var use : uses) {
                assertThatThrownBy(use)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("belongs to");
            }
            try (var peer = new Peer(ends.connected(), ConnectionType.TCP)) {
                peer.send("x\n");
                var items = new ArrayList<String>();
                while (items.isEmpty()) {
                    items.addAll(serving.ask(() -> List.copyOf(chat.items)));
                }
                assertThat(items).containsExactly("x");
                assertThat(serving.<Boolean>ask(timer::isScheduled)).isTrue();
                serving.ask(() -> {
                    chat.send("intact");
                    return true;
                });
                while (!peer.received().equals("intact")) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test
    void aLoopWhoseThreadHasEndedCanBeClaimedByAnother() throws Exception {
        var loop = EventLoop.open("test");
        var first = new Thread(() -> loop.poll(Duration.ZERO));
        first.start();
        first.join();
        loop.poll(Duration.ZERO);
        assertThat(loop.inLoop()).isTrue();
        loop.close();
        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aTurnWithinATurnThrows() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.whenFound = fixture::turn;
            fixture.deliver("x\n");
            assertThat(fixture.chat.errors).hasSize(1).first().isInstanceOf(IllegalStateException.class);
            var refused = new AtomicBoolean();
            fixture.loop.execute(() -> {
                try {
                    fixture.turn();
                } catch (IllegalStateException e) {
                    refused.set(true);
                }
            });
            fixture.turn();
            assertThat(refused).isTrue();
        }
    }

    // ends

    @Test
    void closingALoopClosesItsChannelsAndItsThreadReturns() throws Exception {
        try (var serving = new Serving()) {
            var ends = ConnectionType.TCP.connect();
            var chat = serving.ask(() -> {
                var made = new RecordingChat(serving.loop);
                made.setSocket(ends.accepted());
                return made;
            });
            serving.loop.close();
            serving.awaitEnd();
            serving.loop.close();
            assertThat(chat.isClosed()).isTrue();
            assertThat(ends.accepted().isOpen()).isFalse();
            assertThat(serving.ended).hasNullValue();
            ends.connected().close();
        }
    }

    @Test
    void aLoopMayBeClosedWithinATurn() throws IOException {
        var where = List.<String>of("event", "task", "timer");
        for (String one : where) {
            try (var fixture = new ChatFixture(ConnectionType.TCP)) {
                switch (one) {
                    case "event" -> {
                        fixture.chat.whenFound = fixture.loop::close;
                        fixture.peer.send("x\ny\n");
                    }
                    case "task" -> fixture.loop.execute(fixture.loop::close);
                    default -> fixture.loop.schedule(Duration.ZERO, fixture.loop::close);
                }
                fixture.loop.serve();
                assertThat(fixture.chat.isClosed()).isTrue();
                assertThat(fixture.loop.size()).isZero();
            }
        }
    }

    @Test
    void everyTaskRunsOrIsRejectedWhileTheLoopCloses() throws Exception {
        for (int round = 0; round < 200; round++) {
            var ran = new AtomicInteger();
            var taken = new AtomicInteger();
            var go = new CountDownLatch(1);
            var serving = new Serving();
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < 2; t++) {
                threads.add(new Thread(() -> {
                    try {
                        go.await();
                        for (int i = 0; i < 300; i++) {
                            serving.loop.execute(ran::incrementAndGet);
                            taken.incrementAndGet();
                        }
                    } catch (InterruptedException | RejectedExecutionException e) {
                        // also a valid result
                    }
                }));
            }
            threads.forEach(Thread::start);
            go.countDown();
            serving.loop.close();
            for (Thread thread : threads) {
                thread.join();
            }
            serving.awaitEnd();
            assertThat(ran.get()).isEqualTo(taken.get());
        }
    }

    @Test
    void tasksThatClosingChannelsAddAreRun() throws IOException {
        var ran = new AtomicInteger();
        var loop = EventLoop.open("test");
        var ends = ConnectionType.TCP.connect();
        var chat = new RecordingChat(loop) {
            @Override
            protected void closed() {
                loop().execute(ran::incrementAndGet);
            }
        };
        chat.setSocket(ends.accepted());
        loop.close();
        assertThat(ran).hasValue(1);
        ends.connected().close();
    }

    @Test
    void aClosedLoopRejectsChannels() throws IOException {
        var loop = EventLoop.open("test");
        var ends = ConnectionType.TCP.connect();
        var late = new RecordingChat(loop);
        var refused = new AtomicBoolean();
        loop.execute(() -> {
            try {
                late.setSocket(ends.accepted());
            } catch (IOException e) {
                refused.set(true);
                late.close();
            }
        });
        loop.close();
        assertThat(refused).isTrue();
        assertThat(ends.accepted().isOpen()).isFalse();
        ends.connected().close();
    }

    @Test
    void anErrorEndsTheLoopAndIsLogged() throws Exception {
        var serving = new Serving();
        var ends = ConnectionType.TCP.connect();
        var chat = serving.ask(() -> {
            var made = new RecordingChat(serving.loop);
            made.whenFound = () -> {
                throw new AssertionError("a bug of the worst kind");
            };
            made.setSocket(ends.accepted());
            made.setTerminator(RecordingChat.LF);
            return made;
        });
        try (var peer = new Peer(ends.connected(), ConnectionType.TCP)) {
            peer.send("x\n");
            serving.awaitEnd();
            assertThat(serving.ended.get()).isInstanceOf(AssertionError.class).hasMessage("a bug of the worst kind");
            assertThat(chat.isClosed()).isTrue();
            assertThat(ends.accepted().isOpen()).isFalse();
            assertThatThrownBy(() -> serving.loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void e1_anErrorReachesTheCallerOfPoll() throws IOException {
        try (var fixture = new ChatFixture(ConnectionType.TCP)) {
            fixture.chat.whenFound = () -> {
                throw new AssertionError("exit now");
            };
            fixture.peer.send("x\n");
            assertThatThrownBy(() -> fixture.await("the item", () -> false)).hasMessage("exit now");
            assertThat(fixture.chat.errors).isEmpty();
            assertThat(fixture.chat.isClosed()).isTrue();
        }
    }
}
