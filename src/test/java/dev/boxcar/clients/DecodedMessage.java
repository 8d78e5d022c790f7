// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.mail.Address;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message as a reader sees it: headers and parts decoded, whatever their transfer encoding. */
record DecodedMessage(String sender, String subject, List<String> from, List<String> recipients, List<Piece> pieces) {

    /** A part without subparts; each character of {@code content} is one byte. */
    record Piece(String type, @Nullable String fileName, String content) {
        /** Short enough to be readable in a failure message. */
        @Override
        public String toString() {
            String shown = content.length() < 500 ? content : content.length() + " bytes, hash " + content.hashCode();
            return type + " " + fileName + ": " + shown;
        }
    }

    /** Decodes a message that arrived with this reverse-path. */
    static DecodedMessage read(String sender, MimeMessage message) throws MessagingException, IOException {
        var pieces = new ArrayList<Piece>();
        collect(message, pieces);
        return new DecodedMessage(
                sender,
                message.getSubject(),
                texts(message.getFrom()),
                texts(message.getAllRecipients()),
                List.copyOf(pieces));
    }

    private static List<String> texts(Address[] addresses) {
        return Arrays.stream(addresses).map(Address::toString).toList();
    }

    private static void collect(Part part, List<Piece> pieces) throws MessagingException, IOException {
        if (part.getContent() instanceof Multipart parts) {
            for (int i = 0; i < parts.getCount(); i++) {
                BodyPart inner = parts.getBodyPart(i);
                collect(inner, pieces);
            }
            return;
        }
        try (InputStream bytes = part.getInputStream()) {
            String content = new String(bytes.readAllBytes(), ISO_8859_1);
            String type = new ContentType(part.getContentType()).getBaseType();
            pieces.add(
                    new Piece(type, part.getFileName(), type.startsWith("text/") ? withoutLastEnd(content) : content));
        }
    }

    /** GreenMail drops the line end of a message's last line. */
    private static String withoutLastEnd(String text) {
        return text.endsWith("\r\n") ? text.substring(0, text.length() - 2) : text;
    }
}
