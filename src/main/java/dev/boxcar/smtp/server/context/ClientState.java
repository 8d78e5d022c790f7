// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.context;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boxcar.smtp.EnvelopeWriter;
import dev.boxcar.smtp.sasl.ChannelBinding;
import dev.boxcar.smtp.server.port.ClientInfo;
import dev.boxcar.unit.AddressText;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a session knows about its client. The session changes it; the ports read it as {@link ClientInfo}. Confined to
 * the loop thread, except {@link #session} and {@link #address}.
 */
public final class ClientState implements ClientInfo {
    private final String run;
    private final long number;
    private @Nullable InetSocketAddress remoteAddress;
    private boolean addressUnknown;

    private String listener = "";
    /** Kept as bytes: a String would take half as much again and is rarely needed. */
    private byte @Nullable [] hello;

    private boolean extended;
    private boolean refused;
    private boolean startTlsOffered = true;
    private @Nullable SSLSession tls;
    private @Nullable ChannelBinding binding;
    private @Nullable String user;
    private byte @Nullable [] preamble;

    /** The client of the session with this number in this run of a server; together they form the session's id. */
    public ClientState(String run, long number) {
        this.run = run;
        this.number = number;
    }

    @Override
    public String session() {
        return run + "-" + Long.toString(number, Character.MAX_RADIX);
    }

    @Override
    public String address() {
        InetSocketAddress known = remoteAddress; // read once: other threads read a recording while this changes
        if (known != null) {
            return AddressText.of(known);
        }
        return addressUnknown ? "unknown" : "local";
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    /** Sets the client's address; null for a client without one, such as that of a Unix-domain socket. */
    public void setRemoteAddress(@Nullable InetSocketAddress address) {
        remoteAddress = address;
        addressUnknown = false;
        preamble = null;
    }

    /** A proxy has connected for the client and does not know its address. */
    public void setAddressUnknown() {
        remoteAddress = null;
        addressUnknown = true;
        preamble = null;
    }

    @Override
    public String listener() {
        return listener;
    }

    public void setListener(String name) {
        listener = name;
        preamble = null;
    }

    // ---- EHLO and HELO

    @Override
    public @Nullable String hello() {
        byte[] name = hello;
        return name == null ? null : new String(name, UTF_8);
    }

    /** The name given at EHLO or HELO as bytes, to be given back to {@link #restoreHello}. */
    public byte @Nullable [] helloBytes() {
        return hello;
    }

    /** Whether the client has sent EHLO or HELO. */
    public boolean saidHello() {
        return hello != null;
    }

    /** The client sent EHLO or HELO with this name. */
    public void setHello(String name, boolean byEhlo) {
        hello = name.getBytes(UTF_8);
        extended = byEhlo;
        preamble = null;
    }

    /** The client's EHLO or HELO was refused: restores the earlier name. */
    public void restoreHello(byte @Nullable [] name, boolean byEhlo) {
        hello = name;
        extended = byEhlo;
        preamble = null;
    }

    @Override
    public boolean isExtended() {
        return hello != null && extended;
    }

    @Override
    public String protocol() {
        return extended ? "ESMTP" + (insideTls() ? "S" : "") + (user == null ? "" : "A") : "SMTP";
    }

    // ---- TLS and authentication

    @Override
    public boolean insideTls() {
        return tls != null;
    }

    @Override
    public @Nullable SSLSession tls() {
        return tls;
    }

    @Override
    public @Nullable ChannelBinding binding() {
        return binding;
    }

    @Override
    public boolean isOfferedStartTls() {
        return startTlsOffered;
    }

    public void setStartTlsOffered(boolean offered) {
        startTlsOffered = offered;
    }

    /** TLS has begun: everything that the client said in clear is forgotten, including its login (RFC 3207 §4.2). */
    public void setSecured(SSLSession session) {
        tls = session;
        binding = bindingOf(session);
        forgetDialogue();
    }

    private static @Nullable ChannelBinding bindingOf(SSLSession session) {
        Certificate[] ours = session.getLocalCertificates();
        return ours != null && ours.length > 0 && ours[0] instanceof X509Certificate certificate
                ? ChannelBinding.of(certificate)
                : null;
    }

    @Override
    public @Nullable String user() {
        return user;
    }

    public void setUser(String name) {
        user = name;
        preamble = null;
    }

    /** Forgets the client's EHLO and its login. */
    public void forgetDialogue() {
        user = null;
        restoreHello(null, false);
    }

    // ---- the policy's answer at connect

    /** Whether the policy refused the connection: the client may only quit (RFC 5321 §3.1). */
    public boolean isRefused() {
        return refused;
    }

    public void setRefused(boolean byPolicy) {
        refused = byPolicy;
    }

    /** The first lines of this client's envelopes, built once. Only after EHLO or HELO. */
    public byte[] preamble() {
        byte[] lines = preamble;
        if (lines == null) {
            String name = hello();
            if (name == null) {
                throw new IllegalStateException("no EHLO yet in session " + session());
            }
            lines = EnvelopeWriter.preamble(session(), address(), name, protocol(), user == null ? "" : user);
            lines = EnvelopeWriter.withListener(lines, listener);
            preamble = lines;
        }
        return lines;
    }

    @Override
    public String toString() {
        return "session=" + session() + " client=" + address();
    }
}
