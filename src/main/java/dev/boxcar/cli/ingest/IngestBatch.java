// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.ingest;

import dev.boxcar.async.EventLoop;
import dev.boxcar.smtp.client.ClientOptions;
import dev.boxcar.smtp.client.MailTransaction;
import dev.boxcar.smtp.client.SessionFailure;
import dev.boxcar.smtp.client.SmtpClient;
import dev.boxcar.smtp.client.TransactionResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/** Messages that are sent over one connection. Confined to one thread. */
final class IngestBatch {
    private static final int MAX_MESSAGES = 200;
    private static final long MAX_BYTES = 16L * 1024 * 1024;

    private final List<String> origins = new ArrayList<>();
    private final List<MailTransaction> transactions = new ArrayList<>();
    private long bytes;

    void add(String origin, MailTransaction transaction, long size) {
        origins.add(origin);
        transactions.add(transaction);
        bytes += size;
    }

    /** Whether the batch should be sent before more is added. */
    boolean isFull() {
        return transactions.size() >= MAX_MESSAGES || bytes >= MAX_BYTES;
    }

    /**
     * Sends the messages, reports the result of each with its origin, and empties the batch.
     *
     * @throws IOException if the server answered to none of them, because there was no session
     */
    void send(InetSocketAddress server, ClientOptions options, BiConsumer<String, TransactionResult> onResult)
            throws IOException {
        if (transactions.isEmpty()) {
            return;
        }
        var failure = new AtomicReference<SessionFailure>();
        var results = new ArrayList<TransactionResult>();
        try (EventLoop loop = EventLoop.open("ingest")) {
            var client = new SmtpClient(loop, options, failure::set);
            client.open(server);
            transactions.forEach(transaction -> client.send(transaction, results::add));
            client.quit();
            loop.run();
        }
        SessionFailure failed = failure.get();
        if (failed != null && results.stream().noneMatch(TransactionResult::isAnswered)) {
            throw new IOException(
                    "cannot send to " + server.getHostString() + ":" + server.getPort() + ": " + failed.reason());
        }
        for (int i = 0; i < results.size(); i++) {
            onResult.accept(origins.get(i), results.get(i));
        }
        origins.clear();
        transactions.clear();
        bytes = 0;
    }
}
