// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.relay.queue.DeliveryState;
import dev.boxcar.relay.queue.RecipientState;
import dev.boxcar.spool.Ulid;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Timeout(60)
class QueueFilterTest {
    @Command
    static final class Filtered {
        @Mixin
        QueueFilter filter;
    }

    private static QueueFilter filter(String... options) {
        var command = new Filtered();
        new CommandLine(command).parseArgs(options);
        return command.filter;
    }

    private static QueuedMessage message(Ulid id) {
        DeliveryState state = DeliveryState.untried(2, Instant.EPOCH)
                .withPending(List.of(
                        new RecipientState(0, "4.2.0", "450 4.2.0 greylisted"),
                        new RecipientState(1, "4.2.2", "452 4.2.2 Mailbox full")));
        return new QueuedMessage(
                id,
                "",
                List.of("bob@a.example", "carl@b.example"),
                Instant.now().minus(Duration.ofHours(1)),
                1,
                state);
    }

    @Test
    void theReplyToAnyRecipientCounts() {
        QueuedMessage message = message(new Ulid(1, 1));

        assertThat(filter("--reply", "greylisted").matches(message)).isTrue();
        assertThat(filter("--reply", "mailbox FULL").matches(message)).isTrue();
        assertThat(filter("--reply", "no such user").matches(message)).isFalse();
    }

    @Test
    void allConditionsMustHold() {
        QueuedMessage message = message(new Ulid(1, 1));

        assertThat(filter().matches(message)).isTrue();
        assertThat(filter().isGiven()).isFalse();
        assertThat(filter("--from", "<>", "--domain", "B.example", "--older", "30m")
                        .matches(message))
                .isTrue();
        assertThat(filter("--from", "<>", "--domain", "c.example").matches(message))
                .isFalse();
        assertThat(filter("--from", "*@*").matches(message)).isFalse();
        assertThat(filter("--older", "2h").matches(message)).isFalse();
        assertThat(filter(new Ulid(1, 2).toString()).hasConditions()).isFalse();
    }

    /** {@code queue ls --json | jq -r .id | xargs boxcar queue rm}. */
    @Test
    void thousandsOfIdsAreLookedUpQuickly() {
        var ids = new String[50_000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = new Ulid(1, i).toString();
        }
        QueueFilter filter = filter(ids);
        QueuedMessage other = message(new Ulid(2, 0));
        for (int i = 0; i < 200_000; i++) {
            assertThat(filter.matches(other)).isFalse();
        }
        assertThat(filter.matches(message(new Ulid(1, 49_999)))).isTrue();
    }
}
