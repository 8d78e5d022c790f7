// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit;

import dev.boxcar.junit.content.AttachedFile;
import java.util.List;

/** Assertions about a message. A failure shows what was found. */
public final class MessageAssert {
    private final Message actual;

    MessageAssert(Message actual) {
        this.actual = actual;
    }

    /** The mailbox that MAIL named; empty for the null reverse-path. */
    public MessageAssert hasSender(String mailbox) {
        return isEqual("sender", mailbox, actual.sender());
    }

    /** The mailboxes that were accepted by RCPT, in order. */
    public MessageAssert hasRecipients(String... mailboxes) {
        return isEqual("recipients", List.of(mailboxes), actual.recipients());
    }

    /** The subject, decoded. */
    public MessageAssert hasSubject(String subject) {
        return isEqual("subject", subject, actual.subject());
    }

    /** The value of the first header field of this name, decoded. */
    public MessageAssert hasHeader(String name, String value) {
        return isEqual("header field " + name, value, actual.header(name));
    }

    /** A part of the plain text. */
    public MessageAssert hasTextContaining(String part) {
        return contains("text", actual.text(), part);
    }

    /** A part of the HTML. */
    public MessageAssert hasHtmlContaining(String part) {
        return contains("HTML", actual.html(), part);
    }

    /** A link with this URL, in the text or the HTML. */
    public MessageAssert hasLink(String url) {
        return contains("links", actual.links(), url);
    }

    /** An attached file of this name. */
    public MessageAssert hasAttachment(String fileName) {
        return contains(
                "attachments",
                actual.attachments().stream().map(AttachedFile::fileName).toList(),
                fileName);
    }

    private MessageAssert contains(String what, String found, String part) {
        if (!found.contains(part)) {
            throw failure("expected in the " + what, part, found);
        }
        return this;
    }

    private MessageAssert contains(String what, List<String> found, String wanted) {
        if (!found.contains(wanted)) {
            throw failure("expected among the " + what, wanted, found);
        }
        return this;
    }

    private MessageAssert isEqual(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw failure("expected as " + what, expected, found);
        }
        return this;
    }

    private AssertionError failure(String expectation, Object wanted, Object found) {
        return new AssertionError(expectation + ":\n  " + wanted + "\nbut found:\n  " + found + "\nin " + actual);
    }
}
