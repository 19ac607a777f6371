/** A defect made on purpose: a text of a file, and what takes its place. */
export interface Mutation {
  name: string;
  file: string;
  find: string;
  put: string;
  /** Words of the test files that must see it, where the simulation in memory cannot: SQL, real engines, wires. */
  tests?: string[];
}
