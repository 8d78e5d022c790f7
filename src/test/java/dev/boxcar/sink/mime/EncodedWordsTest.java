// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encoded words (RFC 2047), as programs write them. */
class EncodedWordsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "=?utf-8?Q?a_b?=|a b",
                // the examples of RFC 2047 §8
                "(=?ISO-8859-1?Q?a?=)|(a)",
                "(=?ISO-8859-1?Q?a?= b)|(a b)",
                "(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)|(ab)",
                "(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)|(ab)",
                "(=?ISO-8859-1?Q?a_b?=)|(a b)",
                "(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)|(a b)",
                // characters and quanta that are split over words
                "=?utf-8?Q?=E4=B8?= =?UTF-8?Q?=AD?=|中",
                "=?utf-8?B?5Lg=?= =?Utf-8?B?rQ==?=|中",
                "=?utf8?B?5Lg=?= =?UTF-8?Q?=AD?=|中",
                "=?utf-8?B?5Lit5?= =?utf-8?B?paH?=|中文",
                "=?utf-8?B?5Lit5p?= =?utf-8?B?aH?=|中文",
                "=?utf-8?B?5L?= =?utf-8?B?it?=|中",
                "=?utf-8?B?SGVsbG8?= =?utf-8?B?SGVsbG8?=|HelloHello",
                "=?iso-2022-jp?B?GyRCJGs=?= =?ISO-2022-JP?B?JGwbKEI=?=|るれ",
                "=?utf-8?Q?=E4=B8?= =?iso-8859-1?Q?=AD?=|\uFFFD\u00AD",
                // base64 without padding, with too much, and with other characters
                "=?utf-8?B?SGVsbG8?=|Hello",
                "=?utf-8?B?SGVsbG8gd28?=|Hello wo",
                "=?utf-8?B?SGVsbG8==?=|Hello",
                "=?utf-8?B?SGVs bG8=?=|Hello",
                "=?utf-8?B?SGVs=bG8=?=|Hello",
                // language, case, empty words, text attached
                "=?utf-8*en?q?abc?=|abc",
                "=?UTF-8?b?SGk=?=|Hi",
                "=?utf-8?Q??=x|x",
                "=?utf-8?Q?a?=b=?utf-8?Q?c?=|abc",
                "[=?utf-8?Q?a?=]|[a]",
                "=?utf-8?Q?hello world?=|hello world",
                "=?utf-8?Q?=41=zz=4?=|A=zz=4",
                "=?utf-8?Q?=c3=a4?=|ä",
                "=?utf-8?Q?ä😀?=|ä😀",
                // labels
                "=?gb2312?B?1uzpRg==?=|朱镕",
                "=?x-unknown?Q?=C3=A4?=|ä",
                "=??Q?=C3=A4?=|ä",
                "=?us-ascii?Q?=E4?=|ä",
                "=?iso-8859-1?Q?=80?=|€",
                // malformed
                "=?utf-8?q?broken|=?utf-8?q?broken",
                "=?utf-8?x?abc?=|=?utf-8?x?abc?=",
                "=?utf-8|=?utf-8",
                "=?utf-8?q|=?utf-8?q",
                "=?utf-8? =?utf-8?q?a?=|=?utf-8? a",
                "a =? b ?= c|a =? b ?= c"
            })
    void decodes(String text, String decoded) {
        assertThat(EncodedWords.decode(text)).isEqualTo(decoded);
    }

    @Test
    void takesLittleTimeForHostileText() {
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            EncodedWords.decode("=?".repeat(50_000));
            EncodedWords.decode("=?a?q?".repeat(20_000));
            EncodedWords.decode("=?utf-8?B?A?= ".repeat(5_000));
            EncodedWords.decode("=?utf-8?Q?a?= ".repeat(20_000));
            EncodedWords.decode("=?a?q? ".repeat(200_000));
            EncodedWords.decode("=?a?x? ".repeat(200_000) + "?=");
        });
    }
}
