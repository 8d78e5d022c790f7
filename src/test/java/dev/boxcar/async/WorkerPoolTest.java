// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker pool is small and rejects tasks that it cannot run soon. */
@Timeout(60)
class WorkerPoolTest {

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still waiting");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void threadsAreDaemonsAndLimitedInNumber() {
        try (var workers = WorkerPool.open("few", 3, 100)) {
            var threads = new ConcurrentLinkedQueue<Thread>();
            var together = new CountDownLatch(3);
            var done = new CountDownLatch(30);
            for (int i = 0; i < 30; i++) {
                workers.execute(() -> {
                    threads.add(Thread.currentThread());
                    together.countDown();
                    await(together);
                    done.countDown();
                });
            }
            await(done);
            assertThat(threads.stream().distinct()).hasSize(3).allMatch(Thread::isDaemon);
        }
    }

    @Test
    void tasksAboveTheLimitAreRejectedExceptCleanups() {
        try (var workers = WorkerPool.open("narrow", 1, 2)) {
            var begun = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            var ran = new ConcurrentLinkedQueue<String>();
            var done = new CountDownLatch(3);
            workers.execute(() -> {
                begun.countDown();
                await(release);
            });
            await(begun);
            for (String one : new String[] {"a", "b"}) {
                workers.execute(() -> {
                    ran.add(one);
                    done.countDown();
                });
            }
            assertThatThrownBy(() -> workers.execute(() -> ran.add("refused")))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("narrow")
                    .hasMessageContaining("busy");
            workers.executeCleanup(() -> {
                ran.add("given back");
                done.countDown();
            });
            release.countDown();
            await(done);
            assertThat(ran).containsExactly("a", "b", "given back");
        }
    }

    @Test
    void aFailingTaskDoesNotAffectOthers() {
        try (var workers = WorkerPool.open("test", 1, 10)) {
            workers.execute(() -> {
                throw new IllegalStateException("bad task");
            });
            var done = new CountDownLatch(1);
            workers.execute(done::countDown);
            await(done);
        }
    }

    @Test
    void aClosedPoolFinishesAcceptedTasksAndRejectsMore() {
        var workers = WorkerPool.open("test", 1, 10);
        var release = new CountDownLatch(1);
        var done = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            workers.execute(() -> {
                await(release);
                done.countDown();
            });
        }
        workers.close();
        workers.close();
        assertThatThrownBy(() -> workers.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("closed");
        var givenBack = new boolean[1];
        workers.executeCleanup(() -> givenBack[0] = true);
        assertThat(givenBack[0]).isTrue();
        release.countDown();
        await(done);
    }

    @Test
    void aPoolNeedsAThreadAndAWaitingTask() {
        assertThatThrownBy(() -> WorkerPool.open("none", 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WorkerPool.open("none", -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WorkerPool.open("none", 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLoopClosesItsOwnPoolAndNotASharedOne() throws IOException {
        try (var shared = WorkerPool.open("shared")) {
            var one = EventLoop.open("one", shared);
            var other = EventLoop.open("other", shared);
            var own = EventLoop.open("own");
            assertThat(one.workers()).isSameAs(other.workers()).isNotSameAs(own.workers());
            one.close();
            other.close();
            own.close();
            var done = new CountDownLatch(1);
            shared.execute(done::countDown);
            await(done);
            assertThatThrownBy(() -> own.workers().execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
    }
}
