/** From the texts of a WITH clause to typed values, or to an error that teaches. */
import { HeadraceError, nearestName } from "../core/index.ts";
import type { OptionDeclaration, OptionValues } from "./options.ts";
import { durationText, parseDuration, parseSize, sizeText } from "./quantities.ts";

/** Who is asking, for messages. With a `role`, options required for the other role may be absent. */
export interface OptionOwner {
  readonly connector: string;
  readonly table: string;
  readonly role?: "source" | "sink";
}

type Value = string | number | boolean;

/**
 * Checks `given` against `declarations`. The option 'connector' itself is passed over.
 *
 * @throws HeadraceError `unknown-option` for a name no declaration has, `invalid-option` for a missing or refused value.
 */
export function parseOptions(declarations: readonly OptionDeclaration[], given: Readonly<Record<string, string>>, owner: OptionOwner): OptionValues {
  const exact = new Map<string, OptionDeclaration>();
  const prefixes: OptionDeclaration[] = [];
  for (const declaration of declarations) {
    if (declaration.name.endsWith("*")) prefixes.push(declaration);
    else exact.set(declaration.name, declaration);
  }
  const values = new Map<string, Value>();
  const maps = new Map<string, Record<string, string>>();
  for (const [name, text] of Object.entries(given)) {
    if (name === "connector") continue;
    const declaration = exact.get(name);
    if (declaration !== undefined) {
      values.set(name, parseValue(declaration, text, owner));
      continue;
    }
    const prefix = prefixes.find((each) => name.startsWith(prefixOf(each)) && name.length > prefixOf(each).length);
    if (prefix === undefined) throw unknownOption(name, exact, prefixes, owner);
    let map = maps.get(prefixOf(prefix));
    if (map === undefined) maps.set(prefixOf(prefix), (map = {}));
    map[name.slice(prefixOf(prefix).length)] = text;
  }
  requirePresent(declarations, values, owner);
  for (const declaration of exact.values()) {
    if (!values.has(declaration.name) && declaration.default !== undefined) {
      values.set(declaration.name, parseValue(declaration, declaration.default, owner));
    }
  }
  return new ParsedOptions(values, maps);
}

class ParsedOptions implements OptionValues {
  readonly #values: ReadonlyMap<string, Value>;
  readonly #maps: ReadonlyMap<string, Readonly<Record<string, string>>>;
  constructor(values: ReadonlyMap<string, Value>, maps: ReadonlyMap<string, Readonly<Record<string, string>>>) {
    this.#values = values;
    this.#maps = maps;
  }
  text(name: string): string {
    return this.#present(name, this.optionalText(name));
  }
  optionalText(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined ? undefined : String(value);
  }
  number(name: string): number {
    return this.#present(name, this.optionalNumber(name));
  }
  optionalNumber(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : undefined;
  }
  boolean(name: string): boolean {
    return this.#values.get(name) === true;
  }
  map(prefix: string): Readonly<Record<string, string>> {
    return this.#maps.get(prefix.endsWith(".") ? prefix : `${prefix}.`) ?? {};
  }
  #present<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw new HeadraceError("internal", `option '${name}' is neither given nor has it a default`);
    return value;
  }
}

function parseValue(declaration: OptionDeclaration, text: string, owner: OptionOwner): Value {
  switch (declaration.type) {
    case "boolean": {
      const lower = text.trim().toLowerCase();
      if (lower === "true" || lower === "false") return lower === "true";
      throw invalidOption(declaration, text, owner);
    }
    case "integer":
    case "number": {
      const value = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
      const whole = declaration.type === "number" || Number.isSafeInteger(value);
      return inRange(declaration, whole && Number.isFinite(value) ? value : undefined, text, owner);
    }
    case "duration":
      return inRange(declaration, parseDuration(text), text, owner);
    case "bytes":
      return inRange(declaration, parseSize(text), text, owner);
    case "choice": {
      const choice = declaration.choices!.find((each) => each.toLowerCase() === text.trim().toLowerCase());
      if (choice === undefined) throw invalidOption(declaration, text, owner);
      return choice;
    }
    default:
      if (text === "") throw invalidOption(declaration, text, owner);
      return text;
  }
}

function inRange(declaration: OptionDeclaration, value: number | undefined, text: string, owner: OptionOwner): number {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = declaration;
  if (value === undefined || value < minimum || value > maximum) throw invalidOption(declaration, text, owner);
  return value;
}

function requirePresent(declarations: readonly OptionDeclaration[], values: ReadonlyMap<string, Value>, owner: OptionOwner): void {
  const missing = declarations.filter(
    ({ name, required, role }) => required && !values.has(name) && (role === undefined || owner.role === undefined || role === owner.role),
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => `'${name}'`).join(", ");
  const first = missing[0]!;
  throw new HeadraceError("invalid-option", `table '${owner.table}': connector '${owner.connector}' needs ${names}`, {
    hint: `'${first.name}': ${lowerFirst(first.summary)}${exampleOf(first)}`,
  });
}

/** An `invalid-option` error in one form for parser and connectors: what was given, what is expected. */
export function invalidOption(declaration: OptionDeclaration, text: string, owner: OptionOwner, reason?: string): HeadraceError {
  const shown = declaration.secret ? "the given value (hidden)" : `'${text}'`;
  return new HeadraceError(
    "invalid-option",
    `table '${owner.table}': ${shown} is not valid for '${declaration.name}' of connector '${owner.connector}': expected ${reason ?? expectation(declaration)}`,
    { hint: `'${declaration.name}': ${lowerFirst(declaration.summary)}${exampleOf(declaration)}` },
  );
}

function expectation(declaration: OptionDeclaration): string {
  const { type, minimum, maximum } = declaration;
  switch (type) {
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${declaration.choices!.map((each) => `'${each}'`).join(", ")}`;
    case "integer":
      return `a whole number${range(minimum, maximum, String)}`;
    case "number":
      return `a number${range(minimum, maximum, String)}`;
    case "duration":
      return `a duration such as '500 ms', '5 s', '1 min'${range(minimum, maximum, durationText)}`;
    case "bytes":
      return `a size such as '64 kb', '128 mb'${range(minimum, maximum, sizeText)}`;
    default:
      return "a text that is not empty";
  }
}

/** "", " from 1 to 9", " of at least 1", " of at most 9". */
export function range(minimum: number | undefined, maximum: number | undefined, show: (value: number) => string): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${show(minimum)} to ${show(maximum)}`;
  if (minimum !== undefined) return ` of at least ${show(minimum)}`;
  return maximum === undefined ? "" : ` of at most ${show(maximum)}`;
}

function unknownOption(name: string, exact: ReadonlyMap<string, OptionDeclaration>, prefixes: readonly OptionDeclaration[], owner: OptionOwner): HeadraceError {
  const names = [...exact.keys(), ...prefixes.map((each) => each.name)].sort();
  const near = nearestName(name, names);
  return new HeadraceError("unknown-option", `table '${owner.table}': connector '${owner.connector}' has no option '${name}'`, {
    hint: near === undefined ? `It knows ${names.map((each) => `'${each}'`).join(", ")}.` : `Did you mean '${near}'?`,
  });
}

function prefixOf(declaration: OptionDeclaration): string {
  return declaration.name.slice(0, -1);
}

function exampleOf(declaration: OptionDeclaration): string {
  const example = declaration.example ?? (declaration.secret ? undefined : declaration.default);
  return example === undefined ? "" : ` Example: '${declaration.name}' = '${example}'.`;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}
