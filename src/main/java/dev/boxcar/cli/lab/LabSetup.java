// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.cli.lab;

import dev.boxcar.lab.fault.ScriptFaults;
import dev.boxcar.smtp.parameter.Extension;
import dev.boxcar.smtp.server.SmtpServer;
import java.util.Set;

/**
 * What turns a sink into a lab.
 *
 * @param scripts carries out the scripts in force
 * @param color whether sessions are printed in colour
 */
public record LabSetup(ScriptFaults scripts, TerminalColor color) {

    /**
     * The settings of the lab's server. If all extensions are offered, PIPECONNECT is left out: it would allow clients
     * to talk before the banner, which the lab is to find.
     */
    public SmtpServer.Options adjust(SmtpServer.Options usual) {
        Set<Extension> offered = Extension.all();
        if (!usual.extensions().equals(offered)) {
            return usual;
        }
        offered.remove(Extension.PIPECONNECT);
        return new SmtpServer.Options(
                usual.hostname(), usual.loops(), usual.limits(), offered, usual.access(), usual.spin());
    }
}
