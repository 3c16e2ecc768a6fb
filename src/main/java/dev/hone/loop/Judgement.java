package dev.hone.loop;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/** A judgement whose file has been received. */
public interface Judgement {
  /**
   * How far a judgement is.
   *
   * @param lines of the file
   * @param perSecond lines
   */
  record Progress(int line, int lines, double perSecond, double secondsLeft) {
    /** Of one that has not begun; its number of lines is not known yet. */
    static final Progress WAITING = new Progress(0, 0, 0, 0);
  }

  /**
   * Judges; blocks until that is done. To be called once.
   *
   * @param progress called on this thread, at least once a minute, also where nothing is new; what
   *     it throws ends the judgement
   * @return a {@link dev.hone.evaluation.FileResult}
   * @throws InterruptedException when this thread is
   */
  JsonNode run(Consumer<Progress> progress) throws InterruptedException;
}
