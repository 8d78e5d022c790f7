// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.smtp.server.session;

import dev.boxcar.smtp.server.context.InputSwitch;
import dev.boxcar.smtp.server.context.SessionControl;
import dev.boxcar.smtp.server.context.TimedSession;
import dev.boxcar.smtp.server.context.TlsSwitch;
import dev.boxcar.smtp.server.reply.PendingDecisions.Resumption;
import dev.boxcar.smtp.server.reply.ReplyChannel;

/** Everything that the parts of a session need of its channel. Each part gets one or two of these interfaces. */
interface SessionChannel extends SessionControl, InputSwitch, TlsSwitch, TimedSession, ReplyChannel, Resumption {}
