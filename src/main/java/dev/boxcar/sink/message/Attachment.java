// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.sink.message;

/**
 * A part of a message that is shown or saved by itself. Immutable.
 *
 * @param partId its place: {@code 1}, {@code 2.1}
 * @param fileName its name, or an empty text
 * @param contentType its media type, without parameters
 * @param contentId its Content-ID without angle brackets, or an empty text
 * @param size its bytes, decoded
 * @param md5 a checksum of them, hexadecimal
 * @param sha1 a checksum of them, hexadecimal
 * @param sha256 a checksum of them, hexadecimal
 */
public record Attachment(
        String partId,
        String fileName,
        String contentType,
        String contentId,
        long size,
        String md5,
        String sha1,
        String sha256) {}
