package dev.hone.cli;

import dev.hone.alignment.bench.CaseReport;

/**
 * A case, once, in a process of its own.
 *
 * @param peakBytes the most memory that the process held at once, native code included
 */
record CaseRound(CaseReport report, long peakBytes) {}
