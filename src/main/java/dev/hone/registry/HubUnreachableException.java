package dev.hone.registry;

/** No connection to the Hub came about at all: no network, no route, a firewall. */
public final class HubUnreachableException extends PullException {
  HubUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
