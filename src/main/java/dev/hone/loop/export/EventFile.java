package dev.hone.loop.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Steps as an event file of TensorBoard: scalars under the tags that Hugging Face's trainers write,
 * such as {@code train/rewards/margins}, so that runs of both stand in one chart. Where a round has
 * several stages, each begins at step 1 again: there it is {@code stage-2/train/rewards/margins}.
 *
 * <p>Messages: {@code Event} in tensorflow/core/util/event.proto and {@code Summary} in
 * tensorflow/core/framework/summary.proto.
 */
public final class EventFile {
  private static final String VERSION = "brain.Event:2";

  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;

  private static final String TRAIN = "train/";
  private static final String HELD_OUT = "eval/";

  private EventFile() {}

  /**
   * A name that TensorBoard knows for one of its files.
   *
   * @param round its id
   * @param begun when it was started
   */
  public static String name(String round, Instant begun) {
    return "events.out.tfevents.%d.%s".formatted(begun.getEpochSecond(), round);
  }

  /**
   * Leaves {@code out} open.
   *
   * @param begun when the round was started, which stands for the time of steps that have none
   */
  public static void write(List<StepRow> rows, Instant begun, OutputStream out) throws IOException {
    record(at(begun).text(EVENT_FILE_VERSION, VERSION), out);
    for (StepRow row : rows) {
      record(
          at(row.time().orElse(begun))
              .whole(EVENT_STEP, row.step())
              .message(EVENT_SUMMARY, summary(row)),
          out);
    }
  }

  private static ProtoMessage at(Instant time) {
    double seconds = time.getEpochSecond() + time.getNano() / 1e9;
    return new ProtoMessage().real64(EVENT_WALL_TIME, seconds);
  }

  private static ProtoMessage summary(StepRow row) {
    String stage = row.stage().map("stage-%d/"::formatted).orElse("");
    var summary = new ProtoMessage();
    row.figures()
        .forEach((name, value) -> add(summary, stage + TRAIN + StepTable.column(name), value));
    row.metrics()
        .forEach(
            (name, value) ->
                add(summary, stage + (name.startsWith(HELD_OUT) ? name : TRAIN + name), value));
    return summary;
  }

  private static void add(ProtoMessage summary, String tag, double value) {
    summary.message(
        SUMMARY_VALUE,
        new ProtoMessage().text(VALUE_TAG, tag).real32(VALUE_SIMPLE_VALUE, (float) value));
  }

  /**
   * A TFRecord: length, its checksum, content, its checksum
   * (tensorflow.org/tutorials/load_data/tfrecord).
   */
  private static void record(ProtoMessage message, OutputStream out) throws IOException {
    byte[] content = message.toBytes();
    byte[] length = little(Long.BYTES).putLong(content.length).array();
    out.write(length);
    out.write(checksum(length));
    out.write(content);
    out.write(checksum(content));
  }

  /** CRC-32C, rotated and shifted so that it is no checksum of data that contains it. */
  private static byte[] checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    return little(Integer.BYTES).putInt(masked).array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
