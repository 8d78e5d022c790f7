// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.command;

import dev.boxcar.smtp.server.port.AuthenticationOptions;

/** Creates the handlers of commands that few sessions use, when they are first used. Confined to the loop thread. */
public interface HandlerFactory {
    AuthInput auth(AuthenticationOptions authentication);

    ChunkInput chunks();

    StartTlsCommand startTls();

    VerifyCommand verify();

    XclientCommand xclient();
}
