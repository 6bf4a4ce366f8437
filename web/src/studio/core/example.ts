/** A small model for tests: every kind of label, four rows of data. */

import type { About } from "./model";

export const EXAMPLE: About = {
  format: "tachie-generator",
  format_version: 1,
  model: "r3",
  resolution: 32,
  z_dim: 8,
  w_dim: 8,
  c_dim: 10,
  labels: [
    { name: "hair_color", values: ["blonde", "blue", "pink"] },
    { name: "smile", values: ["no", "yes"] },
    { name: "year", values: ["2000", "2005", "2010"] },
    { name: "class", values: ["Chino", "Cocoa"] },
  ],
  label_rows: [
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [2, 1, 2, -1],
    [1, 0, 2, 0],
  ],
  label_row_counts: [10, 5, 3, 2],
  trained_on: { name: "example", rows: 20 },
  sha256: {},
};

/** The same with labels of all kinds: KINDS of tests/core/test_conditions.py. */
export const KINDS: About = {
  ...EXAMPLE,
  format_version: 2,
  c_dim: 5,
  labels: [
    { name: "hair_color", values: ["blue", "pink"] },
    { name: "smile", kind: "flag", values: ["no", "yes"] },
    { name: "year", kind: "number", least: 2000, most: 2010, step: 0.1 },
  ],
  label_rows: [[0, 0, 0]],
  label_row_counts: [1],
};
