// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import dev.boxcar.relay.route.NameService;
import dev.boxcar.relay.route.NameService.Answer;
import java.util.concurrent.CompletionStage;

/** Compares keys with their records in the DNS. Any thread. */
public final class PublishedKeyCheck {
    private PublishedKeyCheck() {}

    /**
     * What was found.
     *
     * @param isGood whether verifiers can verify signatures of the key
     * @param text one line for people
     */
    public record Finding(SigningKey key, boolean isGood, String text) {}

    /** Looks the record of a key up. Never completes with an exception. */
    public static CompletionStage<Finding> check(SigningKey key, NameService names) {
        return names.texts(key.name().toString()).handle((answer, unexpected) -> {
            if (unexpected != null) {
                return bad(key, "cannot be looked up: " + unexpected.getMessage());
            }
            return compare(key, answer);
        });
    }

    private static Finding compare(SigningKey key, Answer<String> answer) {
        switch (answer.status()) {
            case FAILED -> {
                return bad(key, "cannot be looked up: " + answer.reason());
            }
            case NO_SUCH_NAME, NO_RECORD -> {
                return bad(key, "is not published: there is no TXT record; the key file begins with it");
            }
            case FOUND -> {
                if (answer.values().size() > 1) { // RFC 6376 §3.6.2.2: the result is undefined
                    return bad(key, "has " + answer.values().size() + " TXT records, but there must be one");
                }
            }
        }
        KeyRecord published = KeyRecord.parse(answer.values().get(0));
        String problem = published.problemWith(key);
        if (problem != null) {
            return bad(key, "has a wrong record: " + problem);
        }
        String note = published.isInTesting() ? ", in testing (t=y): verifiers may ignore it" : "";
        return new Finding(key, true, "is published" + note);
    }

    private static Finding bad(SigningKey key, String text) {
        return new Finding(key, false, text);
    }
}
