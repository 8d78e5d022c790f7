// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.relay.sign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boxcar.relay.rewrite.HeaderField;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** Signs one message, whose body it takes piece by piece. Used by one thread, once. */
public final class MessageSigning {
    private static final int LINE = 76;
    private static final String FOLD = "\r\n\t";

    private final List<SigningKey> keys;
    private final DkimSigner.Form form;
    private final SignedFields header;
    private final Instant time;
    private final BodyDigest body;

    /**
     * Begins to sign.
     *
     * @param header all fields of the message
     * @param time when the message was accepted, so that each attempt makes the same signature
     */
    MessageSigning(List<SigningKey> keys, DkimSigner.Form form, List<HeaderField> header, Instant time) {
        this.keys = List.copyOf(keys);
        this.form = form;
        this.header = SignedFields.of(header);
        this.time = time;
        this.body = new BodyDigest(form.body());
    }

    /** Takes the next bytes of the body, as they are sent (without dot-stuffing). */
    public void body(byte[] bytes, int from, int to) {
        body.add(bytes, from, to);
    }

    /**
     * The DKIM-Signature fields, to stand before all others: one per key.
     *
     * @throws SigningException if a key cannot be used
     */
    public byte[] finish() throws SigningException {
        String bodyHash = Base64.getEncoder().encodeToString(body.finish());
        var canonical = new StringBuilder();
        header.fields()
                .forEach(field -> canonical.append(form.header().field(field)).append("\r\n"));
        var fields = new StringBuilder();
        for (SigningKey key : keys) {
            String unsigned = unsigned(key, bodyHash);
            var own = new HeaderField("dkim-signature", unsigned);
            // RFC 6376 §3.7: the signature signs its own field, without its value and the last line end
            byte[] signed = (canonical + form.header().field(own)).getBytes(ISO_8859_1);
            String signature = Base64.getEncoder().encodeToString(key.sign(signed));
            fields.append(unsigned).append(folded(signature)).append("\r\n");
        }
        return fields.toString().getBytes(US_ASCII);
    }

    /** The field up to the value of b=, which is its last tag. */
    private String unsigned(SigningKey key, String bodyHash) {
        KeyName name = key.name();
        return "DKIM-Signature: v=1; a=" + key.algorithm().tag() + "; c=" + form + ";" + FOLD
                + "d=" + name.domain() + "; s=" + name.selector() + "; t=" + time.getEpochSecond() + ";" + FOLD
                + names() + ";" + FOLD + "bh=" + bodyHash + ";" + FOLD + "b=";
    }

    private String names() {
        var text = new StringBuilder("h=");
        int line = text.length() + 1;
        boolean first = true;
        for (String name : header.names()) {
            if (!first) {
                text.append(':');
                line++;
            }
            if (line + name.length() >= LINE) {
                text.append(FOLD);
                line = 1;
            }
            text.append(name);
            line += name.length();
            first = false;
        }
        return text.toString();
    }

    private static String folded(String base64) {
        var text = new StringBuilder(base64.length() + 20);
        for (int from = 0; from < base64.length(); from += LINE - 4) {
            text.append(from == 0 ? "" : FOLD).append(base64, from, Math.min(base64.length(), from + LINE - 4));
        }
        return text.toString();
    }
}
