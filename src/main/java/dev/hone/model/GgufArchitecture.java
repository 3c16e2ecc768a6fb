package dev.hone.model;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The families of GGUF files that Hone reads, and their tensors' Hugging Face names. */
@SuppressWarnings("ImmutableEnumChecker") // the maps are copies that nobody changes
enum GgufArchitecture {
  LLAMA("llama", "LlamaForCausalLM", Names.LLAMA, Map.of()),
  QWEN2(
      "qwen2",
      "Qwen2ForCausalLM",
      Names.LLAMA,
      Map.of(
          "attn_q.bias", "self_attn.q_proj.bias",
          "attn_k.bias", "self_attn.k_proj.bias",
          "attn_v.bias", "self_attn.v_proj.bias")),
  QWEN3(
      "qwen3",
      "Qwen3ForCausalLM",
      Names.LLAMA,
      Map.of(
          "attn_q_norm.weight", "self_attn.q_norm.weight",
          "attn_k_norm.weight", "self_attn.k_norm.weight")),
  GPT2("gpt2", "GPT2LMHeadModel", Names.GPT_2, Map.of());

  private static final Pattern LAYER = Pattern.compile("blk\\.(\\d+)\\.(\\w+\\.(?:weight|bias))");

  /** Tensors outside of layers, those of each layer, and what precedes the latter. */
  private record Names(String layers, Map<String, String> outside, Map<String, String> inLayer) {
    static final Names LLAMA =
        new Names(
            "model.layers.",
            Map.of(
                "token_embd.weight", "model.embed_tokens.weight",
                "output_norm.weight", "model.norm.weight"),
            Map.of(
                "attn_norm.weight", "input_layernorm.weight",
                "attn_q.weight", "self_attn.q_proj.weight",
                "attn_k.weight", "self_attn.k_proj.weight",
                "attn_v.weight", "self_attn.v_proj.weight",
                "attn_output.weight", "self_attn.o_proj.weight",
                "ffn_norm.weight", "post_attention_layernorm.weight",
                "ffn_gate.weight", "mlp.gate_proj.weight",
                "ffn_up.weight", "mlp.up_proj.weight",
                "ffn_down.weight", "mlp.down_proj.weight"));
    static final Names GPT_2 =
        new Names(
            "transformer.h.",
            Map.of(
                "token_embd.weight", "transformer.wte.weight",
                "position_embd.weight", "transformer.wpe.weight",
                "output_norm.weight", "transformer.ln_f.weight",
                "output_norm.bias", "transformer.ln_f.bias"),
            weightsAndBiases(
                Map.of(
                    "attn_norm", "ln_1",
                    "attn_qkv", "attn.c_attn",
                    "attn_output", "attn.c_proj",
                    "ffn_norm", "ln_2",
                    "ffn_up", "mlp.c_fc",
                    "ffn_down", "mlp.c_proj")));

    private static Map<String, String> weightsAndBiases(Map<String, String> layers) {
      var names = new TreeMap<String, String>();
      layers.forEach(
          (stored, name) -> {
            names.put(stored + ".weight", name + ".weight");
            names.put(stored + ".bias", name + ".bias");
          });
      return names;
    }
  }

  /** A llama file may have them, as a model made with {@code attention_bias} does. */
  private static final Map<String, String> BIASES =
      Map.of(
          "attn_q.bias", "self_attn.q_proj.bias",
          "attn_k.bias", "self_attn.k_proj.bias",
          "attn_v.bias", "self_attn.v_proj.bias",
          "attn_output.bias", "self_attn.o_proj.bias",
          "ffn_gate.bias", "mlp.gate_proj.bias",
          "ffn_up.bias", "mlp.up_proj.bias",
          "ffn_down.bias", "mlp.down_proj.bias");

  private final String id;
  private final String modelClass;
  private final String layers;
  private final Map<String, String> outside;
  private final Map<String, String> inLayer;

  GgufArchitecture(String id, String modelClass, Names names, Map<String, String> more) {
    this.id = id;
    this.modelClass = modelClass;
    this.layers = names.layers();
    this.outside = Map.copyOf(names.outside());
    var all = new TreeMap<>(names.inLayer());
    all.putAll(more);
    this.inLayer = Map.copyOf(all);
  }

  static GgufArchitecture of(GgufMetadata metadata) {
    String id = metadata.requiredText("general.architecture");
    return Arrays.stream(values())
        .filter(architecture -> architecture.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelFormatException(
                    metadata.file(),
                    "architecture '"
                        + id
                        + "' is not supported; supported: "
                        + Arrays.stream(values())
                            .map(architecture -> architecture.id)
                            .collect(Collectors.joining(", "))));
  }

  /** Both GGUF's {@code general.architecture} and the {@code model_type} of config.json. */
  String id() {
    return id;
  }

  /** What config.json calls its class. */
  String modelClass() {
    return modelClass;
  }

  /** Tensors that a model of so many layers must have. */
  Stream<String> required(int layerCount) {
    return Stream.concat(
        outside.keySet().stream().sorted(),
        IntStream.range(0, layerCount)
            .boxed()
            .flatMap(
                layer ->
                    inLayer.keySet().stream().sorted().map(name -> "blk." + layer + "." + name)));
  }

  /** A tensor's name in the Hugging Face layout, if it has a place there. */
  Optional<String> name(String stored) {
    if (stored.equals("output.weight")) {
      return Optional.of("lm_head.weight");
    }
    Matcher layer = LAYER.matcher(stored);
    if (!layer.matches()) {
      return Optional.ofNullable(outside.get(stored));
    }
    String known = inLayer.get(layer.group(2));
    if (known == null && this == LLAMA) {
      known = BIASES.get(layer.group(2));
    }
    return Optional.ofNullable(known).map(name -> layers + layer.group(1) + "." + name);
  }

  /** Whether a tensor's rows are stored in the order that llama.cpp's rope of llama wants. */
  boolean permutes(String stored) {
    return this == LLAMA && (stored.contains(".attn_q.") || stored.contains(".attn_k."));
  }

  /** Whether a matrix is [output, input] in GGUF and [input, output] in the Hugging Face layout. */
  boolean turns(GgufFile.Tensor tensor) {
    return this == GPT2 && tensor.name().startsWith("blk.") && tensor.shape().length == 2;
  }

  /** Of the tensors that are not weights: what they say is in config.json. */
  static boolean isConfiguration(String stored) {
    return stored.equals(GgufRope.FACTORS);
  }

  /** Metadata keys of an architecture begin with its name. */
  String key(String rest) {
    return id + "." + rest;
  }
}
