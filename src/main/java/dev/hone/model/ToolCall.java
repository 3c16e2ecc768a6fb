package dev.hone.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A function that an assistant wants called, with its arguments. */
public record ToolCall(String id, String name, ObjectNode arguments) {}
