// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.port;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.SessionPeer;
import dev.boxcar.smtp.sasl.ChannelBinding;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a session, as far as is known by now: what the ports are told of it. Confined to the
 * session's loop; a port that answers later, on another thread, takes what it needs before.
 */
public final class ClientInfo implements SessionPeer {
    private final String run;
    private final long number;
    private @Nullable InetSocketAddress from;
    private boolean untold;

    private String listener = "";
    /** Its name as bytes: a text of its own would be half as large again, and is seldom asked for. */
    private byte @Nullable [] hello;

    private boolean extended;
    private @Nullable SSLSession tls;
    private @Nullable ChannelBinding binding;
    private @Nullable String user;
    private boolean startTlsOffered = true;
    private byte @Nullable [] preamble;

    /** Of the session with this number in this run of a server: both name it. */
    public ClientInfo(String run, long number) {
        this.run = run;
        this.number = number;
    }

    /** The name of the session in log and envelope. */
    @Override
    public String session() {
        return run + "-" + Long.toString(number, Character.MAX_RADIX);
    }

    /** Where the client is: {@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}, {@code local}, or {@code unknown}. */
    @Override
    public String address() {
        InetSocketAddress where = from; // once: a recording is looked at by other threads
        return where == null ? untold ? "unknown" : "local" : AddressText.of(where);
    }

    /** Its address, or null where it has none, or none that is known. */
    @Nullable
    public InetSocketAddress from() {
        return from;
    }

    /** The name of the listener that it came by, or its address where it has no name; empty where there is none. */
    public String listener() {
        return listener;
    }

    public void cameBy(String name) {
        listener = name;
        preamble = null;
    }

    /** It is there, as far as one can tell; null is nowhere: a Unix-domain socket, say. */
    public void comesFrom(@Nullable InetSocketAddress where) {
        from = where;
        untold = false;
        preamble = null;
    }

    /** Where it is, whoever speaks for it does not tell. */
    public void comesFromUntold() {
        untold = true;
        from = null;
        preamble = null;
    }

    /** All that it said is forgotten, also who it was. */
    public void forget() {
        user = null;
        unsaid(null, false);
    }

    /** What it called itself at EHLO or HELO, or null while it has not. Whatever it liked: not to be trusted. */
    public @Nullable String hello() {
        byte[] name = hello;
        return name == null ? null : new String(name, UTF_8);
    }

    /** The same as bytes. */
    public byte @Nullable [] helloBytes() {
        return hello;
    }

    /** Whether it has said EHLO or HELO. */
    public boolean saidHello() {
        return hello != null;
    }

    /**
     * The protocol that is spoken, by its registered name (RFC 3848): {@code SMTP}, {@code ESMTP}, {@code ESMTPSA} and
     * so on.
     */
    public String protocol() {
        return extended ? "ESMTP" + (insideTls() ? "S" : "") + (user == null ? "" : "A") : "SMTP";
    }

    /** Whom it has proved to be (RFC 4954), or null. Empty where a token was taken that names nobody. */
    public @Nullable String user() {
        return user;
    }

    /** What ties an authentication exchange to the TLS connection; null where there is none, or nothing of the kind. */
    @Nullable
    public ChannelBinding binding() {
        return binding;
    }

    /** Whether it said EHLO, and may use extensions (RFC 5321 §2.2.1). */
    public boolean isExtended() {
        return hello != null && extended;
    }

    /** Whether what it says comes inside TLS. */
    public boolean insideTls() {
        return tls != null;
    }

    /** The TLS that the dialogue is inside, or null while it is in clear. */
    public @Nullable SSLSession tls() {
        return tls;
    }

    /** Whether STARTTLS is offered to it where the server has it. */
    public boolean isOfferedStartTls() {
        return startTlsOffered;
    }

    public void mayStartTls(boolean offered) {
        startTlsOffered = offered;
    }

    public void said(String name, boolean byEhlo) {
        hello = name.getBytes(UTF_8);
        extended = byEhlo;
        preamble = null;
    }

    /** What it said was refused: it is what it was before. */
    public void unsaid(byte @Nullable [] before, boolean extendedBefore) {
        hello = before;
        extended = extendedBefore;
        preamble = null;
    }

    public void authenticated(String name) {
        user = name;
        preamble = null;
    }

    /** TLS has begun: what was said in the clear is forgotten, also who it was (RFC 3207 §4.2). */
    public void secured(SSLSession session) {
        tls = session;
        binding = bindingOf(session);
        user = null;
        unsaid(null, false);
    }

    private static @Nullable ChannelBinding bindingOf(SSLSession session) {
        Certificate[] ours = session.getLocalCertificates();
        return ours != null && ours.length > 0 && ours[0] instanceof X509Certificate certificate
                ? ChannelBinding.of(certificate)
                : null;
    }

    /** How its envelopes begin, made once; only behind EHLO or HELO. */
    public byte[] preamble() {
        byte[] made = preamble;
        if (made == null) {
            String name = hello();
            if (name == null) {
                throw new IllegalStateException("no EHLO yet in session " + session());
            }
            made = EnvelopeWriter.preamble(session(), address(), name, protocol(), user == null ? "" : user);
            made = EnvelopeWriter.withListener(made, listener);
            preamble = made;
        }
        return made;
    }

    @Override
    public String toString() {
        return "session=" + session() + " client=" + address();
    }
}
