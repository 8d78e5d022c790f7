// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.admission;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Xtext;
import dev.boxcar.smtp.server.context.ClientState;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.unit.IpAddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an XCLIENT command: the facts that a filter or proxy in front of the server states about the client
 * that it has connected for. XCLIENT is Postfix's extension. Immutable; any thread.
 */
public final class XclientAttributes {
    /** The name of the command. */
    public static final String COMMAND = "XCLIENT";

    /** The attributes that Postfix defines. */
    enum Attribute {
        NAME,
        ADDR,
        PORT,
        PROTO,
        HELO,
        LOGIN,
        DESTADDR,
        DESTPORT
    }

    /** The value of an attribute that the proxy does not know, temporarily or permanently. */
    private static final String UNAVAILABLE = "";

    private static final String IPV6_PREFIX = "IPV6:";
    private static final int MAX_PORT = 65_535;
    private static final int MAX_CHARACTERS = 255;
    private static final String EHLO_LINE = COMMAND + " "
            + Arrays.stream(Attribute.values()).map(Attribute::name).collect(Collectors.joining(" "));

    private final Map<Attribute, String> values;

    private XclientAttributes(Map<Attribute, String> values) {
        this.values = values;
    }

    /** Returns the reply to EHLO with one more line, for a client that may use XCLIENT. */
    public static Reply announcedIn(Reply hello) {
        List<String> lines = new ArrayList<>(hello.lines());
        lines.add(EHLO_LINE);
        return Reply.of(hello.code(), "", lines.toArray(String[]::new));
    }

    /**
     * Reads the attributes, each {@code NAME=xtext}.
     *
     * @throws IllegalArgumentException whose message says what is wrong and contains nothing that the client sent
     */
    public static XclientAttributes parse(String argument) {
        if (argument.isEmpty()) {
            throw new IllegalArgumentException("Syntax: XCLIENT attribute=value, such as ADDR=192.0.2.1");
        }
        var values = new EnumMap<Attribute, String>(Attribute.class);
        for (String word : argument.strip().split(" +", -1)) {
            int equals = word.indexOf('=');
            Attribute attribute = attribute(equals < 0 ? word : word.substring(0, equals));
            if (equals < 0) {
                throw malformed(attribute);
            }
            values.put(attribute, value(attribute, word.substring(equals + 1)));
        }
        return new XclientAttributes(values);
    }

    private static Attribute attribute(String word) {
        try {
            return Attribute.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Unknown XCLIENT attribute", e);
        }
    }

    private static IllegalArgumentException malformed(Attribute attribute) {
        return new IllegalArgumentException("Invalid value of XCLIENT attribute " + attribute);
    }

    private static String value(Attribute attribute, String xtext) {
        String text;
        try {
            text = Xtext.decode(xtext);
        } catch (IllegalArgumentException e) {
            throw malformed(attribute);
        }
        if (text.equalsIgnoreCase("[UNAVAILABLE]") || text.equalsIgnoreCase("[TEMPUNAVAIL]")) {
            return UNAVAILABLE;
        }
        boolean plain = !text.isEmpty()
                && text.length() <= MAX_CHARACTERS
                && text.chars().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD');
        if (!plain || !fits(attribute, text)) {
            throw malformed(attribute);
        }
        return text;
    }

    private static boolean fits(Attribute attribute, String text) {
        return switch (attribute) {
            case ADDR, DESTADDR -> address(text) != null;
            case PORT, DESTPORT -> Networks.number(text, MAX_PORT) >= 0;
            case PROTO -> text.equalsIgnoreCase("SMTP") || text.equalsIgnoreCase("ESMTP");
            case NAME -> text.matches("[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?");
            case HELO, LOGIN -> true;
        };
    }

    private static @Nullable InetAddress address(String text) {
        boolean six = text.regionMatches(true, 0, IPV6_PREFIX, 0, IPV6_PREFIX.length());
        InetAddress address = IpAddressText.parse(six ? text.substring(IPV6_PREFIX.length()) : text);
        return six && text.indexOf(':', IPV6_PREFIX.length()) < 0 ? null : address;
    }

    /** Whether the attributes contain the client's address, or state that it is unknown. */
    public boolean hasAddress() {
        return values.containsKey(Attribute.ADDR);
    }

    /** Sets the client's address, EHLO name and login from the attributes, and forgets its earlier EHLO and login. */
    void applyTo(ClientState client) {
        String address = values.get(Attribute.ADDR);
        String port = values.getOrDefault(Attribute.PORT, "0");
        if (address != null) {
            InetAddress known = address(address);
            if (known == null) {
                client.setAddressUnknown();
            } else {
                client.setRemoteAddress(new InetSocketAddress(known, port.isEmpty() ? 0 : Integer.parseInt(port)));
            }
        }
        client.forgetDialogue();
        String hello = values.getOrDefault(Attribute.HELO, UNAVAILABLE);
        if (!hello.isEmpty()) {
            client.setHello(
                    hello, !values.getOrDefault(Attribute.PROTO, "ESMTP").equalsIgnoreCase("SMTP"));
        }
        String login = values.getOrDefault(Attribute.LOGIN, UNAVAILABLE);
        if (!login.isEmpty()) {
            client.setUser(login);
        }
    }

    /** For the log; it contains no control characters. */
    @Override
    public String toString() {
        return values.toString();
    }
}
