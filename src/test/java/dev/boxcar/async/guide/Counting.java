// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;

/** Sends each client numbers, as fast as the client reads them. */
final class Counting extends AsyncChat {

    Counting(EventLoop loop, long last) {
        super(loop);
        pushWithProducer(new Numbers(last));
        closeWhenDone();
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {}

    @Override
    protected void foundTerminator() {}
}
