// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.EnvelopeWriter;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a session, as far as is known by now: what the ports are told of it. Confined to the session's loop; a
 * port that answers later, on another thread, takes what it needs before.
 */
public final class Client {
    private final String session;
    private final String address;
    private @Nullable String hello;
    private String protocol = "SMTP";
    private @Nullable SSLSession tls;
    private byte @Nullable [] preamble;

    Client(String session, String address) {
        this.session = session;
        this.address = address;
    }

    /** The name of the session in log and envelope. */
    public String session() {
        return session;
    }

    /** Where the client is: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}, or {@code local}. */
    public String address() {
        return address;
    }

    /** What it called itself at EHLO or HELO, or null while it has not. Whatever it liked: not to be trusted. */
    public @Nullable String hello() {
        return hello;
    }

    /** The protocol that is spoken, by its registered name (RFC 3848): {@code SMTP}, {@code ESMTP}, {@code ESMTPS}. */
    public String protocol() {
        return protocol;
    }

    /** Whether it said EHLO, and may use extensions (RFC 5321 §2.2.1). */
    boolean isExtended() {
        return hello != null && protocol.startsWith("E");
    }

    /** Whether what it says comes inside TLS. */
    public boolean insideTls() {
        return tls != null;
    }

    /** The TLS that the dialogue is inside, or null while it is in clear. */
    public @Nullable SSLSession tls() {
        return tls;
    }

    void said(String name, boolean extended) {
        hello = name;
        protocol = !extended ? "SMTP" : insideTls() ? "ESMTPS" : "ESMTP";
        preamble = null;
    }

    /** What it said was refused: it is what it was before. */
    void unsaid(@Nullable String before, String protocolBefore) {
        hello = before;
        protocol = protocolBefore;
        preamble = null;
    }

    /** TLS has begun: what was said in the clear is forgotten (RFC 3207 §4.2). */
    void secured(SSLSession session) {
        tls = session;
        unsaid(null, "SMTP");
    }

    /** How its envelopes begin, made once; only behind EHLO or HELO. */
    byte[] preamble() {
        byte[] made = preamble;
        if (made == null) {
            if (hello == null) {
                throw new IllegalStateException("no EHLO yet in session " + session);
            }
            made = EnvelopeWriter.preamble(session, address, hello, protocol);
            preamble = made;
        }
        return made;
    }

    @Override
    public String toString() {
        return "session=" + session + " client=" + address;
    }
}
