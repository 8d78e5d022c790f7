// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.lab.fault;

import dev.boxcar.lab.script.EhloChange;
import dev.boxcar.smtp.Command;
import dev.boxcar.smtp.Reply;
import dev.boxcar.smtp.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Changes the reply to EHLO, and refuses what it offers falsely. */
final class FaultedEhlo {
    private static final Reply NO_TLS = Reply.of(454, "4.7.0", "TLS not available due to temporary reason");
    private static final Reply NO_AUTH = Reply.of(454, "4.7.0", "Temporary authentication failure");
    private static final Reply NO_COMMAND = Reply.of(502, "5.5.1", "Command not implemented");
    private static final Reply NO_PARAMETER = Reply.of(555, "5.5.4", "Parameter not implemented");

    private FaultedEhlo() {}

    /** The reply to EHLO with this change; an error stays as it is. */
    static Reply changed(Reply usual, EhloChange change) {
        if (usual.isError()) {
            return usual;
        }
        List<String> lines = new ArrayList<>();
        List<String> usualLines = usual.lines();
        lines.add(usualLines.get(0));
        for (String line : usualLines.subList(1, usualLines.size())) {
            if (!change.hides(line)) {
                lines.add(line);
            }
        }
        lines.addAll(change.add());
        for (String keyword : change.lie()) {
            if (lines.stream().skip(1).noneMatch(line -> isOffer(line, keyword))) {
                lines.add(keyword.toUpperCase(Locale.ROOT));
            }
        }
        return Reply.of(usual.code(), "", lines.toArray(String[]::new));
    }

    private static boolean isOffer(String line, String keyword) {
        return line.split(" ", 2)[0].equalsIgnoreCase(keyword);
    }

    /** The reply that refuses a command because it uses one of these keywords; null if it uses none. */
    static @Nullable Reply refusal(Command command, CommandPath path, List<String> lies) {
        for (String keyword : lies) {
            Reply refusal = refusal(command, path, keyword.toUpperCase(Locale.ROOT));
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private static @Nullable Reply refusal(Command command, CommandPath path, String keyword) {
        Verb verb = command.verb();
        return switch (keyword) {
            case "STARTTLS" -> verb == Verb.STARTTLS ? NO_TLS : null;
            case "AUTH" -> verb == Verb.AUTH ? NO_AUTH : null;
            case "CHUNKING" -> verb == Verb.BDAT ? NO_COMMAND : null;
            case "SIZE", "SMTPUTF8", "MT-PRIORITY", "REQUIRETLS" -> parameter(path, keyword);
            case "8BITMIME", "BINARYMIME" -> parameter(path, "BODY=" + keyword);
            case "DSN" -> parameter(path, "RET", "ENVID", "NOTIFY", "ORCPT");
            case "DELIVERBY" -> parameter(path, "BY");
            case "FUTURERELEASE" -> parameter(path, "HOLDFOR", "HOLDUNTIL");
            default -> command.isWord(keyword) ? NO_COMMAND : null;
        };
    }

    private static @Nullable Reply parameter(CommandPath path, String... names) {
        for (String name : names) {
            if (path.hasParameter(name)) {
                return NO_PARAMETER;
            }
        }
        return null;
    }
}
