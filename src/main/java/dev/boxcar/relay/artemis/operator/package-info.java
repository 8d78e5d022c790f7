// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator sees and changes of the queue in a broker. The queue that a message is in says what becomes of it:
 * to be delivered, held, or to be returned to its sender. Messages that a worker has are changed by that worker.
 *
 * <p><b>Start here:</b> {@link dev.boxcar.relay.artemis.operator.BrokerAdministration}, and
 * {@link dev.boxcar.relay.artemis.operator.WorkerAnswers} for the worker's side.
 *
 * <p><b>Threads:</b> each type says it.
 *
 * <p><b>Must not know:</b> how a relay sends and receives mail.
 */
@NullMarked
package dev.boxcar.relay.artemis.operator;

import org.jspecify.annotations.NullMarked;
