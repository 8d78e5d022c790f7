// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.junit.content;

import dev.boxcar.api.PublicApi;

/**
 * A file that is attached to a message, or shown within its text. Immutable.
 *
 * @param fileName its name, or empty
 * @param contentType its media type in lower case, without parameters
 * @param contentId its Content-ID without angle brackets, or empty
 * @param bytes its decoded bytes; do not change them
 */
@SuppressWarnings("ArrayRecordComponent") // a test reads the bytes and compares them itself
@PublicApi
public record AttachedFile(String fileName, String contentType, String contentId, byte[] bytes) {}
