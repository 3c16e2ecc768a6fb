package dev.hone.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.alignment.CancelledException;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkerCommandsTest {
  private final PipedOutputStream server = new PipedOutputStream();
  private final AtomicInteger batches = new AtomicInteger();

  @Test
  void workRestsBetweenPauseAndGo() throws Exception {
    var commands = WorkerCommands.from(new PipedInputStream(server));
    say("pause");
    await().until(() -> rests(commands));
    Thread worker = Thread.ofVirtual().start(() -> work(commands));
    assertThat(batches).hasValue(0);

    say("go");
    worker.join();
    assertThat(batches).hasValue(1);
  }

  @Test
  void theEndOfTheInputEndsTheWorkEvenWhilePaused() throws Exception {
    var commands = WorkerCommands.from(new PipedInputStream(server));
    say("pause");
    await().until(() -> rests(commands));
    server.close();

    assertThatThrownBy(commands::await).isInstanceOf(CancelledException.class);
  }

  /** Whether a batch would have to wait. */
  private static boolean rests(WorkerCommands commands) throws InterruptedException {
    Thread probe = Thread.ofVirtual().start(() -> waitForWork(commands));
    return !probe.join(Duration.ofMillis(50));
  }

  private static void waitForWork(WorkerCommands commands) {
    try {
      commands.await();
    } catch (CancelledException e) {
      assertThat(e).hasMessageContaining("end");
    }
  }

  private void work(WorkerCommands commands) {
    commands.await();
    batches.incrementAndGet();
  }

  private void say(String line) throws IOException {
    server.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    server.flush();
  }
}
