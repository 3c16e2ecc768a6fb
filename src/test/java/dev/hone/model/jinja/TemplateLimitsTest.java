package dev.hone.model.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates are untrusted: each of these must end soon, with an error and little memory. */
class TemplateLimitsTest {
  private static final Map<String, Object> VARIABLES =
      Map.of("x", Text.foreign("y"), "long", Text.own("a".repeat(200_000)));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(1000000000) %}{% endfor %}",
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 1000000000000 }}",
        "{{ 'a' * 100000000 }}",
        "{% set ns = namespace(s='ab') %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}"
            + "{% endfor %}",
        "{% set ns = namespace(s='ab') %}{% for i in range(100) %}{% set ns.s = ns.s ~ ns.s %}"
            + "{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for i in range(100) %}{% set ns.s = ns.s + ns.s %}"
            + "{% endfor %}",
        "{% set ns = namespace(s='aa') %}{% for i in range(100) %}"
            + "{% set ns.s = ns.s.replace('a', ns.s) %}{% endfor %}",
        "{% set ns = namespace(s='aa') %}{% for i in range(100) %}"
            + "{% set ns.s = ns.s.join(ns.s) %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set ns = namespace(s=[]) %}{% for i in range(1000) %}{% set ns.s = [ns.s] %}"
            + "{% endfor %}{{ ns.s }}",
        "{% set ns = namespace(s=[]) %}{% for i in range(1000) %}{% set ns.s = [ns.s] %}"
            + "{% endfor %}{{ ns.s | tojson }}",
        "{% set ns = namespace(a=[], b=[]) %}{% for i in range(1000) %}{% set ns.a = [ns.a] %}"
            + "{% set ns.b = [ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
        "{% for c in long %}{% endfor %}",
        "{% for i in range(90000) %}{{ long }}{% endfor %}",
        "{% for i in range(90000) %}{{ long | list | length }}{% endfor %}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ 2 ** 9223372036854775807 }}",
        "{{ 99999999999999999999 }}",
        "{{ 1 // 0 }}{{ 1 % 0 }}",
        "{{ x.__class__.__mro__ }}",
        "{{ x.getClass().forName('java.lang.Runtime') }}",
        "{{ x.value() }}{{ ''.class }}{{ x.getBytes() }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% from 'x' import y %}"
      })
  void endsWithAnErrorThatNamesTheLine(String template) {
    long start = System.nanoTime();
    assertThatThrownBy(() -> Template.parse(template).render(VARIABLES, Limits.DEFAULT))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("line 1: ");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(Limits.DEFAULT.time().plusSeconds(5));
  }

  @Test
  void endsWhenItsTimeIsOver() {
    Limits limits = new Limits(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofMillis(50));
    String template =
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}";
    assertThatThrownBy(() -> Template.parse(template).render(Map.of(), limits))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("takes longer than 50 ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[", "{{", "not ", "-", "{% if x %}", "x[", "x("})
  void refusesToNestWithoutEnd(String opening) {
    String template =
        opening.startsWith("{%") ? opening.repeat(10_000) : "{{ " + opening.repeat(10_000);
    assertThatThrownBy(() -> Template.parse(template).render(Map.of(), Limits.DEFAULT))
        .isInstanceOf(TemplateException.class);
  }

  @Test
  void refusesEndlessChains() {
    String template = "{{ 1" + " + 1".repeat(10_000) + " }}";
    assertThatThrownBy(() -> Template.parse(template).render(Map.of(), Limits.DEFAULT))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("nested deeper");
  }

  @Test
  void namesTheLine() {
    assertThatThrownBy(
            () ->
                Template.parse("a\n{% if true %}\n{{ missing.x }}\n{% endif %}")
                    .render(Map.of(), Limits.DEFAULT))
        .isInstanceOf(TemplateException.class)
        .hasMessage("line 3: 'missing' is undefined");
    assertThatThrownBy(() -> Template.parse("a\n{% include 'x' %}"))
        .isInstanceOf(TemplateException.class)
        .hasMessageStartingWith("line 2: tag 'include' is not supported; supported: if, for");
  }

  @Test
  void knowsWhatCameFromOutside() {
    String template =
        "[{{ x | trim }}|{{ x[1:3] }}|{{ x.split('b')[1] }}|{{ x.replace('a', '-') }}|{{ x ~ 'o' }}"
            + "|{{ x | upper }}|{{ [x] | join }}|{{ {'k': x} | tojson }}|{{ '%s' }}{{ x | length }}]";
    Text text = Template.parse(template).render(Map.of("x", Text.foreign(" abc ")), Limits.DEFAULT);
    var marked = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      marked.append(text.foreignCharacters().get(i) ? '#' : text.value().charAt(i));
    }
    assertThat(text.value())
        .isEqualTo("[abc|ab|c | -bc | abc o| ABC | abc |{\"k\": \" abc \"}|%s5]");
    assertThat(marked).hasToString("[###|##|##|#-###|#####o|#####|#####|{\"k\": #######}|%s5]");
  }
}
