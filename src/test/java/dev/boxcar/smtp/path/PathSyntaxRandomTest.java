// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.path;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random bytes, valid paths with errors inserted, and paths generated from the grammar; the seed is fixed. */
class PathSyntaxRandomTest {
    private static final long SEED = 20261122;
    private static final int ROUNDS = 60_000;
    private static final byte[] SIGNS = "<>@@..::,[]\"\\-ab1 IPv6=\u00FC\u20AC".getBytes(UTF_8);

    private final Random random = new Random(SEED);

    @Test
    void neverReadsOutsideItsRangeAndNeverThrows() {
        int wellFormed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] o = bytes();
            int reverse = PathSyntax.STRICT.endOfReversePath(o, 0, o.length); // reading outside the array would throw
            int forward = PathSyntax.STRICT.endOfForwardPath(o, 0, o.length);
            int mailbox = PathSyntax.STRICT.endOfMailbox(o, 0, o.length);
            boolean domain = PathSyntax.STRICT.isDomainOrLiteral(o, 0, o.length);
            for (String neighbour : new String[] {">", "<", "a", "@", ".", "\"", "]", "1", ":", "\u00FC"}) {
                byte[] n = neighbour.repeat(4).getBytes(UTF_8);
                byte[] wide = Arrays.copyOf(n, n.length + o.length + n.length);
                System.arraycopy(o, 0, wide, n.length, o.length);
                System.arraycopy(n, 0, wide, n.length + o.length, n.length);
                int to = n.length + o.length;
                assertThat(shifted(PathSyntax.STRICT.endOfReversePath(wide, n.length, to), n))
                        .isEqualTo(reverse);
                assertThat(shifted(PathSyntax.STRICT.endOfForwardPath(wide, n.length, to), n))
                        .isEqualTo(forward);
                assertThat(shifted(PathSyntax.STRICT.endOfMailbox(wide, n.length, to), n))
                        .isEqualTo(mailbox);
                assertThat(PathSyntax.STRICT.isDomainOrLiteral(wide, n.length, to))
                        .isEqualTo(domain);
                if (round % 16 != 0) {
                    break; // every neighbour for a few inputs, one for the rest
                }
            }
            wellFormed += reverse == -1 ? 0 : 1;
        }
        assertThat(wellFormed).as("the generator must reach the far side too").isGreaterThan(ROUNDS / 100);
    }

    @Test
    void acceptedPathsCanBeParsedAsValues() {
        int forwards = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] o = bytes();
            int reverse = PathSyntax.STRICT.endOfReversePath(o, 0, o.length);
            if (reverse != -1) {
                assertThat(o[reverse - 1]).isEqualTo((byte) '>');
                String text = new String(o, 0, reverse, UTF_8);
                assertThat(ReversePath.parse(text)).hasToString(text).isEqualTo(ReversePath.parse(text));
            }
            int forward = PathSyntax.STRICT.endOfForwardPath(o, 0, o.length);
            if (forward != -1) {
                String text = new String(o, 0, forward, UTF_8);
                assertThat(ForwardPath.parse(text)).hasToString(text);
                forwards++;
            }
        }
        assertThat(forwards).isGreaterThan(ROUNDS / 100);
    }

    @Test
    void acceptsWhatTheGrammarGenerates() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] o = path().getBytes(UTF_8);
            assertThat(PathSyntax.STRICT.endOfForwardPath(o, 0, o.length))
                    .as(() -> new String(o, UTF_8))
                    .isEqualTo(o.length);
        }
    }

    /** One of four kinds: a path, a path with an error, random characters of the grammar, random bytes. */
    private byte[] bytes() {
        byte[] path = path().getBytes(UTF_8);
        switch (random.nextInt(4)) {
            case 0 -> {}
            case 1 -> {
                for (int faults = 1 + random.nextInt(2); faults > 0; faults--) {
                    path[random.nextInt(path.length)] = sign();
                }
            }
            case 2 -> {
                path = new byte[random.nextInt(12)];
                for (int i = 0; i < path.length; i++) {
                    path[i] = sign();
                }
            }
            default -> {
                path = new byte[random.nextInt(12)];
                random.nextBytes(path);
            }
        }
        return path;
    }

    private byte sign() {
        return SIGNS[random.nextInt(SIGNS.length)];
    }

    private String path() {
        var path = new StringBuilder("<");
        for (int hops = random.nextInt(4) - 1; hops > 0; hops--) {
            path.append('@').append(domain()).append(hops > 1 ? ',' : ':');
        }
        path.append(random.nextBoolean() ? dotString() : quotedString()).append('@');
        return path.append(random.nextBoolean() ? domain() : literal())
                .append('>')
                .toString();
    }

    private String domain() {
        var domain = new StringBuilder();
        for (int labels = random.nextInt(3); labels >= 0; labels--) {
            domain.append(some("aZ9\u00FC\u20AC", 1, 3));
            domain.append(random.nextInt(4) == 0 ? "-" + some("bY8", 1, 2) : "");
            domain.append(labels > 0 ? "." : "");
        }
        return domain.toString();
    }

    private String literal() {
        return switch (random.nextInt(4)) {
            case 0 -> "[" + random.nextInt(256) + ".0." + random.nextInt(256) + ".1]";
            case 1 -> {
                int front = random.nextInt(7);
                yield "[IPv6:" + groups(front) + "::" + groups(random.nextInt(7 - front)) + "]";
            }
            case 2 -> "[IPv6:" + groups(6) + (random.nextBoolean() ? ":1.2.3.4]" : ":abcd:EF]");
            default -> "[" + some("xyz-", 0, 3) + "t:" + some("!\"@:<>,.AZ^~", 1, 5) + "]";
        };
    }

    private String groups(int count) {
        var groups = new StringBuilder();
        for (int i = 0; i < count; i++) {
            groups.append(i > 0 ? ":" : "").append(some("0123456789abcdefABCDEF", 1, 4));
        }
        return groups.toString();
    }

    private String dotString() {
        String atom = some("aZ9!#$%&'*+-/=?^_`{|}~\u00FC\u20AC", 1, 4);
        return random.nextInt(3) == 0 ? atom + "." + dotString() : atom;
    }

    private String quotedString() {
        var text = new StringBuilder("\"");
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(random.nextBoolean() ? "\\" + some("\"\\ @>a~", 1, 1) : some(" @><.,:;a[]()\u00FC", 1, 1));
        }
        return text.append('"').toString();
    }

    private String some(String characters, int least, int most) {
        int count = least + random.nextInt(most - least + 1);
        var some = new StringBuilder();
        for (int i = 0; i < count; i++) {
            some.append(characters.charAt(random.nextInt(characters.length())));
        }
        return some.toString();
    }

    private static int shifted(int end, byte[] neighbour) {
        return end == -1 ? -1 : end - neighbour.length;
    }
}
