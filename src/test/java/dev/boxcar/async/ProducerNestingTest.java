// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boxcar.async.producer.ChunkedProducer;
import dev.boxcar.async.producer.CompositeProducer;
import dev.boxcar.async.producer.EscapingProducer;
import dev.boxcar.async.producer.GlobbingProducer;
import dev.boxcar.async.producer.HookedProducer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** However producers are nested and their input is split, the output is that of a simple reference. */
class ProducerNestingTest {
    private final Random random = new Random(1999);
    private final List<StrictProducer> sources = new ArrayList<>();
    private final List<Supplier<String>> hooked = new ArrayList<>();
    private final List<Long> counted = new ArrayList<>();

    /** A producer and its expected output. */
    private record Nest(Producer producer, Supplier<String> expected) {}

    @Test
    void anyNestingProducesTheSameHoweverTheInputIsSplit() {
        for (int round = 0; round < 10_000; round++) {
            sources.clear();
            hooked.clear();
            counted.clear();
            Nest nest = nest(random.nextInt(6));
            String made = drain(nest.producer);
            assertThat(made).as("round %d", round).isEqualTo(nest.expected.get());
            assertThat(nest.producer.state()).isEqualTo(Producer.State.EXHAUSTED);
            assertThat(counted).hasSize(hooked.size());
            assertThat(counted.stream().sorted())
                    .containsExactlyElementsOf(hooked.stream()
                            .map(text -> (long) text.get().length())
                            .sorted()
                            .toList());
        }
    }

    private String drain(Producer producer) {
        var made = new StringBuilder();
        while (producer.state() != Producer.State.EXHAUSTED) {
            made.append(StrictProducer.drain(producer));
            if (producer.state() == Producer.State.WAITING) {
                assertThat(sources).anyMatch(source -> source.state() == Producer.State.WAITING);
                sources.forEach(StrictProducer::goOn);
            }
        }
        return made.toString();
    }

    private Nest nest(int depth) {
        if (depth == 0) {
            return source();
        }
        Nest inner = nest(depth - 1);
        Supplier<String> text = inner.expected;
        return switch (random.nextInt(6)) {
            case 0 -> new Nest(GlobbingProducer.of(inner.producer, 1 + random.nextInt(12)), text);
            case 1 -> new Nest(EscapingProducer.of(inner.producer), () -> escaped(text.get()));
            case 2 -> new Nest(EscapingProducer.endingInCrlf(inner.producer), () -> ended(escaped(text.get())));
            case 3 -> {
                hooked.add(text);
                yield new Nest(HookedProducer.of(inner.producer, counted::add), text);
            }
            case 4 -> chunked(inner);
            default -> {
                Nest second = nest(random.nextInt(depth));
                yield new Nest(
                        CompositeProducer.of(inner.producer, second.producer),
                        () -> text.get() + second.expected.get());
            }
        };
    }

    private Nest source() {
        var text = new StringBuilder();
        var pieces = new ArrayList<String>();
        for (int left = random.nextInt(8); left > 0; left--) {
            var piece = new StringBuilder();
            for (int bytes = random.nextInt(5); bytes > 0; bytes--) {
                piece.append("a.\r\n".charAt(random.nextInt(4)));
                if (random.nextInt(3) == 0) {
                    piece.append("\r\n.");
                }
            }
            pieces.add(piece.toString()); // an empty piece stands for a wait
            text.append(piece);
        }
        if (random.nextInt(4) == 0) {
            return new Nest(BytesProducer.of(text.toString().getBytes(ISO_8859_1)), text::toString);
        }
        var source = new StrictProducer(pieces);
        sources.add(source);
        return new Nest(source, text::toString);
    }

    /** Each piece becomes one chunk. */
    private static Nest chunked(Nest inner) {
        var pieces = new ArrayList<String>();
        var noting = new Producer() {
            @Override
            public State state() {
                return inner.producer.state();
            }

            @Override
            public ByteBuffer more() {
                ByteBuffer piece = inner.producer.more();
                pieces.add(StrictProducer.textOf(piece.duplicate()));
                return piece;
            }
        };
        return new Nest(ChunkedProducer.of(noting), () -> {
            assertThat(String.join("", pieces)).isEqualTo(inner.expected.get());
            var chunks = new StringBuilder();
            for (String piece : pieces) {
                chunks.append(Integer.toHexString(piece.length())).append("\r\n");
                chunks.append(piece).append("\r\n");
            }
            return chunks + "0\r\n\r\n";
        });
    }

    private static String escaped(String text) {
        return ("\r\n" + text).replace("\r\n.", "\r\n..").substring(2);
    }

    private static String ended(String text) {
        return text.isEmpty() || text.endsWith("\r\n") ? text : text + "\r\n";
    }
}
