package dev.hone.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Hugging Face's Hub or a mirror of it. The token goes to the Hub's own host and nowhere else. */
public final class HubClient {
  private static final URI HUB = URI.create("https://huggingface.co");
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
  private static final int REDIRECTS = 5;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI endpoint;
  private final Optional<String> token;
  private final ProxySettings proxies;
  private final HttpClient http;

  private HubClient(URI endpoint, Optional<String> token, ProxySettings proxies) {
    this.endpoint = endpoint;
    this.token = token;
    this.proxies = proxies;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxies)
            .build();
  }

  /**
   * Where {@code HF_ENDPOINT} says, as whom {@code HF_TOKEN} says, on the way that {@link
   * ProxySettings} reads from {@code HTTPS_PROXY} and its kin.
   */
  public static HubClient of(Map<String, String> environment) {
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip();
    String token = environment.getOrDefault("HF_TOKEN", "").strip();
    return new HubClient(
        endpoint.isEmpty() ? HUB : address(endpoint),
        token.isEmpty() ? Optional.empty() : Optional.of(token),
        new ProxySettings(environment));
  }

  private static URI address(String endpoint) {
    try {
      var uri = new URI(endpoint.replaceAll("/+$", ""));
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw noAddress(endpoint, e);
    }
    throw noAddress(endpoint, null);
  }

  private static PullException noAddress(String endpoint, Exception cause) {
    return new PullException(
        "HF_ENDPOINT is '%s', which is no address such as https://huggingface.co"
            .formatted(endpoint),
        cause);
  }

  /** An answer with content, and what the Hub said of it before any redirect. */
  record Answer(int status, InputStream body, HttpHeaders headers, HttpHeaders fromHub) {}

  /** The Hub's description of a repository at a revision, its files with checksums included. */
  JsonNode describe(String repository, String revision) {
    var uri =
        URI.create(
            "%s/api/models/%s/revision/%s?blobs=true"
                .formatted(endpoint, repository, encode(revision)));
    try (InputStream body = get(uri, 0, repository, revision).body()) {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new HubUnreachableException(endpoint + " does not answer as the Hub does", e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /** Asks for a file's bytes from {@code offset} on; the caller closes the body. */
  Answer open(String repository, String commit, String file, long offset) {
    var uri =
        URI.create("%s/%s/resolve/%s/%s".formatted(endpoint, repository, encode(commit), file));
    return get(uri, offset, repository, commit);
  }

  private Answer get(URI uri, long offset, String repository, String revision) {
    URI next = uri;
    HttpHeaders fromHub = null;
    for (int i = 0; i <= REDIRECTS; i++) {
      var response = send(next, offset);
      fromHub = fromHub == null ? response.headers() : fromHub;
      int status = response.statusCode();
      if (status == 200 || status == 206 || status == 416) {
        return new Answer(status, response.body(), response.headers(), fromHub);
      }
      close(response.body());
      var location = response.headers().firstValue("Location");
      if (status < 300 || status > 399 || location.isEmpty()) {
        throw refused(response, repository, revision);
      }
      next = next.resolve(location.get());
    }
    throw new PullException("the Hub redirects in circles at " + withoutQuery(uri));
  }

  private HttpResponse<InputStream> send(URI uri, long offset) {
    var request = HttpRequest.newBuilder(uri).timeout(ANSWER_TIMEOUT).header("User-Agent", "hone");
    boolean hub =
        uri.getScheme().equals(endpoint.getScheme())
            && uri.getAuthority().equals(endpoint.getAuthority());
    if (hub) {
      token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    }
    // Not an Authenticator: with one, Java's client takes the Hub's own 401 for a broken
    // connection.
    proxies
        .to(uri)
        .flatMap(ProxySettings.HttpProxy::authorization)
        .ifPresent(secret -> request.header("Proxy-Authorization", secret));
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-");
    }
    try {
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PullException("interrupted", e);
    }
  }

  private PullException refused(HttpResponse<?> response, String repository, String revision) {
    int status = response.statusCode();
    boolean saysWhy = response.headers().firstValue("X-Error-Code").isPresent();
    return switch (status) {
      case 404 ->
          new PullException(
              "the Hub at %s has no model %s at revision %s"
                  .formatted(endpoint, repository, revision));
      case 401, 403 -> {
        String why =
            token.isPresent()
                ? "HF_TOKEN gives no access to " + repository
                : "%s is private, gated or does not exist; accept its terms at %s/%s and set HF_TOKEN"
                    .formatted(repository, endpoint, repository);
        String message = "the Hub at " + endpoint + " answers " + status + ": " + why;
        // Proxies that keep a network closed answer 403 too, without the Hub's own header.
        yield saysWhy || status == 401
            ? new PullException(message)
            : new HubUnreachableException(message, null);
      }
      case 407 ->
          new HubUnreachableException(
              "the proxy on the way to the Hub answers 407: it wants another user and password",
              null);
      default -> {
        String message = "the Hub at " + endpoint + " answers " + status + " (try again later)";
        yield status == TOO_MANY_REQUESTS || status >= SERVER_ERROR
            ? new HubUnreachableException(message, null)
            : new PullException(message);
      }
    };
  }

  private HubUnreachableException unreachable(IOException e) {
    boolean unknown =
        Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
            .anyMatch(UnresolvedAddressException.class::isInstance);
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String why = unknown ? "its name is unknown here" : message;
    String way =
        proxies.to(endpoint).map(proxy -> " through the proxy " + proxy.place()).orElse("");
    return new HubUnreachableException(
        "the Hub cannot be reached at " + endpoint + way + " (" + why + ")", e);
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // An answer that is not read any further cannot fail in a way that matters.
      return;
    }
  }

  /** Redirects carry signatures in their query. */
  private static String withoutQuery(URI uri) {
    return uri.getScheme() + "://" + uri.getAuthority() + uri.getPath();
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8);
  }
}
