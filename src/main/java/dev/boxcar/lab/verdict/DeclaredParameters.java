// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.verdict;

import dev.boxcar.record.SessionRecord.Item;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a MAIL command, in upper case.
 *
 * @param isWhole whether all of them were recorded; otherwise a missing parameter proves nothing
 */
record DeclaredParameters(List<String> words, boolean isWhole) {

    /** The parameters of this command; unknown ones if there is no command. */
    static DeclaredParameters of(@Nullable Item mail) {
        if (mail == null) {
            return new DeclaredParameters(List.of(), false);
        }
        int end = mail.text().lastIndexOf('>') + 1;
        List<String> words = List.of(
                mail.text().substring(end).strip().toUpperCase(Locale.ROOT).split(" +", -1));
        // characters beyond ASCII take more bytes than one each
        boolean isWhole = mail.bytes() <= 512;
        return new DeclaredParameters(words, isWhole);
    }

    boolean isBinary() {
        return words.contains("BODY=BINARYMIME");
    }

    /** Whether the client surely declared neither 8BITMIME nor BINARYMIME. */
    boolean lackBody() {
        return isWhole && !words.contains("BODY=8BITMIME") && !isBinary();
    }

    /** Whether the client surely did not ask for SMTPUTF8. */
    boolean lackUtf8() {
        return isWhole && !words.contains("SMTPUTF8");
    }

    /** The declared size; empty if there is none. */
    OptionalLong size() {
        for (String word : words) {
            if (word.matches("SIZE=[0-9]{1,18}")) {
                return OptionalLong.of(Long.parseLong(word.substring("SIZE=".length())));
            }
        }
        return OptionalLong.empty();
    }
}
