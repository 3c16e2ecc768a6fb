package dev.hone.registry;

/**
 * The Hub serves nobody here just now: no network, no route, a firewall, or a Hub that is broken or
 * wants fewer requests. It is no answer about the model that was asked for.
 */
public final class HubUnreachableException extends PullException {
  HubUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
