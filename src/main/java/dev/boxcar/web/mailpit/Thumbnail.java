// SPDX-License-Identifier: Apache-2.0
package dev.boxcar.web.mailpit;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Makes thumbnails of 180 by 120 pixels from images in messages. Memory is bounded whatever size the image declares: a
 * large image is subsampled while it is read, and a larger one is refused. Any thread.
 */
final class Thumbnail {
    static final int WIDTH = 180;
    static final int HEIGHT = 120;

    /** Some formats are decoded as a whole before they are subsampled. */
    private static final long MAX_PIXELS = 40_000_000;

    private static final int MAX_SIDE = 2 * WIDTH;

    private Thumbnail() {}

    /** The thumbnail as JPEG. IOException if the bytes are not an image that can be read. */
    static byte[] jpeg(byte[] bytes) throws IOException {
        BufferedImage image;
        try {
            image = read(bytes);
        } catch (RuntimeException hostile) {
            throw new IOException("not a readable image", hostile);
        }
        var thumbnail = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = thumbnail.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, WIDTH, HEIGHT);
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            draw(image, graphics);
        } finally {
            graphics.dispose();
        }
        var out = new ByteArrayOutputStream();
        if (!ImageIO.write(thumbnail, "jpeg", out)) {
            throw new IOException("this JDK cannot write JPEG");
        }
        return out.toByteArray();
    }

    /** A large image fills the thumbnail and is cropped; a small one is centered. */
    private static void draw(BufferedImage image, Graphics2D graphics) {
        double scaleX = (double) WIDTH / image.getWidth();
        double scaleY = (double) HEIGHT / image.getHeight();
        double scale = scaleX > 1 || scaleY > 1 ? Math.min(1, Math.min(scaleX, scaleY)) : Math.max(scaleX, scaleY);
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        graphics.drawImage(image, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height, null);
    }

    private static BufferedImage read(byte[] bytes) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("not a readable image");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MAX_PIXELS) {
                    throw new IOException("the image is too large: " + pixels + " pixels");
                }
                ImageReadParam parameters = reader.getDefaultReadParam();
                int step = Math.max(1, Math.min(reader.getWidth(0), reader.getHeight(0)) / MAX_SIDE);
                parameters.setSourceSubsampling(step, step, 0, 0);
                return reader.read(0, parameters);
            } finally {
                reader.dispose();
            }
        }
    }
}
