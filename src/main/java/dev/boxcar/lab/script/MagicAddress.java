// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.script;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that say what the server shall reply, for clients whose tests cannot call an API: a recipient
 * {@code rcpt550_5.1.1@fault.test} is refused with 550 5.1.1, a sender {@code mail451@fault.test} with 451.
 */
public final class MagicAddress {
    private static final Pattern FORM =
            Pattern.compile("(mail|rcpt)([2-5][0-9]{2})(?:_([245]\\.[0-9]{1,3}\\.[0-9]{1,3}))?@fault\\.test");

    private MagicAddress() {}

    /** The reply that the address of MAIL or RCPT asks for; null if it is a normal address or another command's. */
    public static @Nullable ScriptedReply reply(ScriptVerb verb, String address) {
        Matcher matcher = FORM.matcher(address.toLowerCase(Locale.ROOT));
        if (!matcher.matches() || !verb.name().equalsIgnoreCase(matcher.group(1))) {
            return null;
        }
        String status = matcher.group(3) == null ? "" : matcher.group(3);
        try {
            return ScriptedReply.of(Integer.parseInt(matcher.group(2)), status, "as the address asks");
        } catch (IllegalArgumentException e) {
            return null; // a code and a status that do not fit together
        }
    }
}
