// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyBuffersTest {
    private final BodyBuffers buffers = new BodyBuffers(200 * 1024);

    @Test
    void aBufferThatWasGivenBackIsUsedForAMessageOfAboutTheSameSize() {
        MailBytes first = buffers.take(70_000);
        buffers.giveBack(first);
        MailBytes smaller = buffers.take(40_000);
        MailBytes again = buffers.take(65_537);

        assertThat(smaller.array()).isNotSameAs(first.array());
        assertThat(again.array()).isSameAs(first.array());
        assertThat(again.length()).isEqualTo(65_537);
    }

    @Test
    void twoMessagesAtATimeHaveTwoBuffers() {
        assertThat(buffers.take(70_000).array())
                .isNotSameAs(buffers.take(70_000).array());
    }

    @Test
    void smallBuffersAndThoseBeyondTheLimitAreNotKept() {
        MailBytes small = buffers.take(16 * 1024);
        buffers.giveBack(small);
        assertThat(buffers.idleBytes()).isZero();

        MailBytes first = buffers.take(128 * 1024);
        MailBytes second = buffers.take(128 * 1024);
        buffers.giveBack(first);
        buffers.giveBack(second);
        assertThat(buffers.idleBytes()).isEqualTo(128 * 1024);
    }

    @Test
    void arraysOfASizeThatIsNoLongerUsedMakeRoomForOthers() {
        MailBytes large = buffers.take(128 * 1024);
        MailBytes other = buffers.take(48 * 1024);
        MailBytes another = buffers.take(64 * 1024);
        buffers.giveBack(large);
        buffers.giveBack(other);
        buffers.giveBack(another);

        assertThat(buffers.take(64 * 1024).array()).isSameAs(another.array());
        assertThat(buffers.idleBytes()).isLessThanOrEqualTo(128 * 1024);
    }

    @Test
    void aBufferIsGivenBackOnce() {
        MailBytes buffer = buffers.take(70_000);
        buffers.giveBack(buffer);

        buffers.giveBack(buffer);
        assertThat(buffers.idleBytes()).isEqualTo(buffer.array().length);
        assertThat(buffers.take(70_000).array())
                .isNotSameAs(buffers.take(70_000).array());
    }

    @Test
    void anySizeFits() {
        for (int bytes = 0; bytes < 140 * 1024; bytes += 1000) {
            MailBytes buffer = buffers.take(bytes);
            assertThat(buffer.length()).isEqualTo(bytes);
            assertThat(buffer.array()).hasSizeGreaterThanOrEqualTo(bytes);
            buffers.giveBack(buffer);
        }
    }
}
