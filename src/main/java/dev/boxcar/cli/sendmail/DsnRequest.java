// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.sendmail;

import dev.boxcar.smtp.parameter.Notify;
import dev.boxcar.smtp.parameter.ReturnContent;
import dev.boxcar.smtp.parameter.Xtext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a program wants to be told about the delivery (RFC 3461), as parameters of MAIL and RCPT.
 *
 * @param mail RET and ENVID, or empty
 * @param recipient NOTIFY, or empty
 */
record DsnRequest(String mail, String recipient) {

    /** The parameters for the values of {@code -N}, {@code -R} and {@code -V}, each of which may be empty. */
    static DsnRequest of(String notify, String content, String id) throws SendmailException {
        String recipient = "";
        if (!notify.isEmpty()) {
            recipient = "NOTIFY=" + checkedNotify(notify.toUpperCase(Locale.ROOT));
        }
        List<String> mail = new ArrayList<>();
        if (!content.isEmpty()) {
            mail.add("RET=" + checkedContent(content.toUpperCase(Locale.ROOT)));
        }
        if (!id.isEmpty()) {
            if (!id.matches("[ -~]{1,100}")) {
                throw new SendmailException(SendmailException.USAGE, "-V: an id has up to 100 printable characters");
            }
            mail.add("ENVID=" + Xtext.encode(id));
        }
        return new DsnRequest(String.join(" ", mail), recipient);
    }

    private static String checkedNotify(String words) throws SendmailException {
        try {
            Notify.parse(words);
            return words;
        } catch (IllegalArgumentException e) {
            throw new SendmailException(SendmailException.USAGE, "-N: use never, or some of success,failure,delay", e);
        }
    }

    private static ReturnContent checkedContent(String word) throws SendmailException {
        try {
            return ReturnContent.valueOf(word);
        } catch (IllegalArgumentException e) {
            throw new SendmailException(SendmailException.USAGE, "-R: use full or hdrs", e);
        }
    }
}
