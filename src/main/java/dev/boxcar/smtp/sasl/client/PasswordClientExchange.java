// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.sasl.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.sasl.Hash;
import dev.boxcar.smtp.sasl.Mechanism;
import java.net.ProtocolException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195): the client sends its password, or a hash of it. */
final class PasswordClientExchange implements ClientExchange {
    private final Mechanism mechanism;
    private final Identity identity;
    private final Queue<String> answers;

    PasswordClientExchange(Mechanism mechanism, Identity identity) {
        this.mechanism = mechanism;
        this.identity = identity;
        this.answers = new ArrayDeque<>(
                mechanism == Mechanism.LOGIN ? List.of(identity.user(), identity.secret()) : List.of());
    }

    @Override
    public Mechanism mechanism() {
        return mechanism;
    }

    @Override
    public byte @Nullable [] initialResponse() {
        return mechanism == Mechanism.PLAIN
                ? ("\0" + identity.user() + "\0" + identity.secret()).getBytes(UTF_8)
                : null;
    }

    @Override
    public byte[] respond(byte[] challenge) throws ProtocolException {
        if (mechanism == Mechanism.CRAM_MD5 && answers.isEmpty()) {
            answers.add(""); // a second challenge is one too many
            String digest = Hash.hmacMd5Hex(identity.secret(), new String(challenge, UTF_8));
            return (identity.user() + " " + digest).getBytes(UTF_8);
        }
        String answer = answers.poll();
        if (answer == null || mechanism == Mechanism.CRAM_MD5) {
            throw new ProtocolException("the server asks for more responses than AUTH " + mechanism.keyword() + " has");
        }
        return answer.getBytes(UTF_8);
    }
}
