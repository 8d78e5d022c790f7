// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server;

import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.parameter.Xtext;
import dev.boxcar.smtp.server.limit.Networks;
import dev.boxcar.smtp.server.port.ClientInfo;
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
 * What an XCLIENT command tells of the client for whom it speaks: Postfix's extension, for filters, proxies and tests
 * that stand before a server. Immutable; confined to no thread.
 */
final class Xclient {
    /** The command's word. */
    static final String WORD = "XCLIENT";

    /** What may be told. */
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

    /** Not known, or not for the moment. */
    private static final String UNAVAILABLE = "";

    private static final String IPV6_PREFIX = "IPV6:";
    private static final int MOST_PORT = 65_535;
    private static final int MOST_CHARACTERS = 255;
    private static final String OFFER =
            WORD + " " + Arrays.stream(Attribute.values()).map(Attribute::name).collect(Collectors.joining(" "));

    private final Map<Attribute, String> told;

    private Xclient(Map<Attribute, String> told) {
        this.told = told;
    }

    /** The answer to EHLO with one more line, for those from whom the command is taken. */
    static Reply announced(Reply hello) {
        List<String> lines = new ArrayList<>(hello.lines());
        lines.add(OFFER);
        return Reply.of(hello.code(), "", lines.toArray(String[]::new));
    }

    /**
     * Reads the attributes, each {@code NAME=xtext}.
     *
     * @throws IllegalArgumentException that says what is wrong, in words of ours alone
     */
    static Xclient parse(String argument) {
        if (argument.isEmpty()) {
            throw new IllegalArgumentException("Syntax: XCLIENT attribute=value, such as ADDR=192.0.2.1");
        }
        var told = new EnumMap<Attribute, String>(Attribute.class);
        for (String word : argument.strip().split(" +", -1)) {
            int equals = word.indexOf('=');
            Attribute attribute = attribute(equals < 0 ? word : word.substring(0, equals));
            if (equals < 0) {
                throw malformed(attribute);
            }
            told.put(attribute, value(attribute, word.substring(equals + 1)));
        }
        return new Xclient(told);
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
                && text.length() <= MOST_CHARACTERS
                && text.chars().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD');
        if (!plain || !fits(attribute, text)) {
            throw malformed(attribute);
        }
        return text;
    }

    private static boolean fits(Attribute attribute, String text) {
        return switch (attribute) {
            case ADDR, DESTADDR -> address(text) != null;
            case PORT, DESTPORT -> Networks.number(text, MOST_PORT) >= 0;
            case PROTO -> text.equalsIgnoreCase("SMTP") || text.equalsIgnoreCase("ESMTP");
            case NAME -> text.matches("[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?");
            case HELO, LOGIN -> true;
        };
    }

    private static @Nullable InetAddress address(String text) {
        boolean six = text.regionMatches(true, 0, IPV6_PREFIX, 0, IPV6_PREFIX.length());
        InetAddress address = Networks.address(six ? text.substring(IPV6_PREFIX.length()) : text);
        return six && text.indexOf(':', IPV6_PREFIX.length()) < 0 ? null : address;
    }

    /** Whether it tells where the client is. */
    boolean tellsAddress() {
        return told.containsKey(Attribute.ADDR);
    }

    /** Makes the client what it tells; all that the client itself said before is forgotten. */
    void applyTo(ClientInfo client) {
        String address = told.get(Attribute.ADDR);
        String port = told.getOrDefault(Attribute.PORT, "0");
        if (address != null) {
            InetAddress known = address(address);
            if (known == null) {
                client.comesFromUntold();
            } else {
                client.comesFrom(new InetSocketAddress(known, port.isEmpty() ? 0 : Integer.parseInt(port)));
            }
        }
        client.forget();
        String hello = told.getOrDefault(Attribute.HELO, UNAVAILABLE);
        if (!hello.isEmpty()) {
            client.said(hello, !told.getOrDefault(Attribute.PROTO, "ESMTP").equalsIgnoreCase("SMTP"));
        }
        String login = told.getOrDefault(Attribute.LOGIN, UNAVAILABLE);
        if (!login.isEmpty()) {
            client.authenticated(login);
        }
    }

    /** For the log; there is no control in it. */
    @Override
    public String toString() {
        return told.toString();
    }
}
