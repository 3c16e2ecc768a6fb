package dev.hone.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path data;

  @Test
  void isForOneServerAndNamesIt() {
    try (var folder = DataFolder.lock(data)) {
      RunningServer.here("http://127.0.0.1:1", false).announce(folder.path());
      assertThat(RunningServer.find(data)).isPresent();
      assertThatThrownBy(() -> DataFolder.lock(data))
          .isInstanceOf(DataFolderTakenException.class)
          .hasMessageContaining("http://127.0.0.1:1")
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("--data");
    }
    assertThat(RunningServer.find(data)).isEmpty();
    DataFolder.lock(data).close();
  }

  @Test
  void aFileLeftByAKilledServerSaysNothing() throws Exception {
    long pid = ProcessHandle.current().pid();
    for (String left :
        new String[] {
          "{\"url\":\"http://127.0.0.1:1\",\"pid\":2147483647,\"started\":1}",
          "{\"url\":\"http://127.0.0.1:1\",\"pid\":" + pid + ",\"started\":1}",
          "",
          "{"
        }) {
      Files.writeString(data.resolve("server.json"), left);
      assertThat(RunningServer.find(data)).as(left).isEmpty();
    }
  }
}
