package dev.hone.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hone.registry.Source;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "pull", description = "Bring a model into the model store.")
final class Pull implements Callable<Integer> {
  @Mixin private Instance instance;

  @Parameters(
      paramLabel = "MODEL",
      description = {
        "owner/name or owner/name@revision on the Hugging Face Hub (HF_ENDPOINT, HF_TOKEN),",
        "a folder in Hugging Face layout, a .gguf file,",
        "or smollm2-135m-instruct, smollm2-135m-instruct-q4_1."
      })
  private String model;

  @Override
  public Integer call() {
    String id = instance.puller().pull(Source.parse(model));
    var folder = instance.store().base(id).toString();
    instance.answer(
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id)
            .put("folder", folder)
            .put("origin", instance.store().manifest(id).origin()),
        id + " is in " + folder);
    return 0;
  }
}
