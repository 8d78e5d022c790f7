// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async.guide;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.async.AsyncChat;
import dev.boxcar.async.EventLoop;
import java.util.List;

/** Sends each client some lines and closes. */
final class Motto extends AsyncChat {

    Motto(EventLoop loop, List<String> lines) {
        super(loop);
        for (String line : lines) {
            push((line + "\r\n").getBytes(US_ASCII));
        }
        closeWhenDone();
    }

    @Override
    protected void collectIncomingData(byte[] bytes, int from, int to) {}

    @Override
    protected void foundTerminator() {}
}
