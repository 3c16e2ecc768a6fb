package dev.hone.model.jinja;

import java.time.Duration;

/**
 * What one rendering may use. A step is a statement or expression evaluated; characters are counted
 * whenever a text is made (an item of a list as 16), so loops cannot pile up memory.
 */
public record Limits(long steps, long characters, Duration time) {
  /** Hundreds of times what a long chat takes in a real template. */
  public static final Limits DEFAULT = new Limits(10_000_000, 50_000_000, Duration.ofSeconds(10));
}
