/**
 * Options of connectors, formats and models: one declaration feeds the parser of values, its errors, the reference pages
 * and completion.
 */
export type OptionType = "text" | "integer" | "number" | "boolean" | "duration" | "bytes" | "choice" | "map";

export interface OptionDeclaration {
  /** As written in WITH: "sink.rolling-policy.file-size". A name that ends in "*" takes any suffix (`map`). */
  readonly name: string;
  readonly type: OptionType;
  readonly summary: string;
  /** Text form; absent: none. */
  readonly default?: string;
  readonly required?: boolean;
  /** For numbers, durations (milliseconds) and bytes, inclusive. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly choices?: readonly string[];
  /** Never printed. */
  readonly secret?: boolean;
  readonly example?: string;
  /** Where it applies; both when absent. */
  readonly role?: "source" | "sink";
}

/** Parsed values by name: durations in milliseconds, sizes in bytes. */
export interface OptionValues {
  text(name: string): string;
  optionalText(name: string): string | undefined;
  number(name: string): number;
  optionalNumber(name: string): number | undefined;
  boolean(name: string): boolean;
  /** Entries under a "prefix.*" declaration, without the prefix. */
  map(prefix: string): Readonly<Record<string, string>>;
}
