package dev.hone.cli;

import dev.hone.inference.load.LoadLevel;

/**
 * What clients of a server got, and what they took themselves.
 *
 * @param clientCores processors that the clients' own process kept busy
 */
record ClientLevel(LoadLevel load, double clientCores) {}
