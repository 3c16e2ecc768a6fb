package dev.hone.evaluation;

/**
 * What both versions answered.
 *
 * @param prompt the last thing that the user said
 * @param note what was found in the candidate's answer
 */
public record Sample(String prompt, String parent, String candidate, String note) {}
