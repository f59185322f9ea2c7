/**
 * JavaScript source for bound expressions over fast scalars (see `sql/functions/function.ts`).
 *
 * A fragment is an expression text and whether it can be null: where columns have no NULL in a batch, no test for null is
 * generated and numbers stay unboxed.
 */
import type { Column } from "../../data/index.ts";
import type { DataType } from "../../data/index.ts";
import { lookupFunction } from "../../sql/functions/index.ts";
import type { CallExpression, Expression } from "../../sql/plan/expression.ts";
import { boundCall, type FunctionPlatform } from "./interpret.ts";

export interface Fragment {
  readonly text: string;
  readonly nullable: boolean;
}

/** What a column looks like in the batches a generated function is for. */
export interface ColumnShape {
  readonly layout: Column["layout"];
  readonly nulls: boolean;
}

/** Thrown to a caller that then takes the interpreter: this expression has no fast form for these columns. */
export class NoFastForm extends Error {}

/** Thrown by generated code when a value left the exact range; the batch is run again by the interpreter. */
export class LeftFastRange extends Error {}

/** True when values of this type are fast scalars. */
export function isFastType(type: DataType): boolean {
  switch (type.kind) {
    case "decimal":
      return type.precision <= 15;
    case "timestamp":
    case "timestamp-ltz":
      return type.precision <= 3;
    case "binary":
    case "varbinary":
    case "array":
    case "map":
    case "multiset":
    case "row":
      return false;
    default:
      return true;
  }
}

/** Builds the text of one generated function: locals it needs, helpers it calls, columns it reads. */
export class SourceBuilder {
  readonly usedColumns = new Set<number>();
  /** Functions called by name `helpers[i]`. */
  readonly helpers: ((...values: unknown[]) => unknown)[] = [];
  readonly #shapes: readonly ColumnShape[];
  readonly #timeZone: string;
  readonly #platform: FunctionPlatform | undefined;
  #locals = 0;

  constructor(shapes: readonly ColumnShape[], timeZone: string, platform?: FunctionPlatform) {
    this.#shapes = shapes;
    this.#timeZone = timeZone;
    this.#platform = platform;
  }

  /** Declarations for the top of the loop's function. */
  localsText(): string {
    return this.#locals === 0 ? "" : `let ${Array.from({ length: this.#locals }, (_, index) => `t${index}`).join(", ")};`;
  }

  fragment(expression: Expression): Fragment {
    if (!isFastType(expression.type)) throw new NoFastForm();
    switch (expression.kind) {
      case "literal":
        return literalFragment(expression.value);
      case "column":
        return this.#column(expression.index);
      case "call":
        return this.#call(expression);
    }
  }

  #local(): string {
    return `t${this.#locals++}`;
  }

  #column(index: number): Fragment {
    const shape = this.#shapes[index];
    this.usedColumns.add(index);
    const value = columnText(shape.layout, index);
    return shape.nulls ? { text: `(z${index}[i] === 1 ? null : ${value})`, nullable: true } : { text: value, nullable: false };
  }

  #call(call: CallExpression): Fragment {
    switch (call.function) {
      case "CASE":
        return this.#case(call);
      case "COALESCE":
        return this.#coalesce(call);
      case "AND":
      case "OR":
        return this.#logical(call);
      default:
        return this.#plain(call);
    }
  }

  #case(call: CallExpression): Fragment {
    const parts = call.arguments.map((argument) => this.fragment(argument));
    let text = parts.length % 2 === 1 ? parts[parts.length - 1].text : "null";
    let nullable = parts.length % 2 === 0 || parts[parts.length - 1].nullable;
    for (let index = parts.length - (parts.length % 2) - 2; index >= 0; index -= 2) {
      const condition = parts[index].nullable ? `${parts[index].text} === true` : parts[index].text;
      text = `(${condition} ? ${parts[index + 1].text} : ${text})`;
      nullable ||= parts[index + 1].nullable;
    }
    return { text, nullable };
  }

  #coalesce(call: CallExpression): Fragment {
    const parts = call.arguments.map((argument) => this.fragment(argument));
    const last = parts.findIndex((part) => !part.nullable);
    const used = last < 0 ? parts : parts.slice(0, last + 1);
    return { text: `(${used.map((part) => part.text).join(" ?? ")})`, nullable: last < 0 };
  }

  #logical(call: CallExpression): Fragment {
    const and = call.function === "AND";
    return call.arguments
      .map((argument) => this.fragment(argument))
      .reduce((left, right) => {
        if (!left.nullable && !right.nullable) return { text: `(${left.text} ${and ? "&&" : "||"} ${right.text})`, nullable: false };
        const first = this.#local();
        const second = this.#local();
        const deciding = and ? "false" : "true";
        return {
          text: `((${first} = ${left.text}) === ${deciding} ? ${deciding} : (${second} = ${right.text}) === ${deciding} ? ${deciding} : ${first} === null || ${second} === null ? null : ${!and ? "false" : "true"})`,
          nullable: true,
        };
      });
  }

  #plain(call: CallExpression): Fragment {
    const declaration = lookupFunction(call.function);
    if (declaration?.kind !== "scalar") throw new NoFastForm();
    const parts = call.arguments.map((argument) => this.fragment(argument));
    const bound = boundCall(call, this.#timeZone, this.#platform);
    const strict = declaration.nulls === "strict";
    const names = parts.map((part) => (isSimple(part.text) ? part.text : this.#local()));
    const emitted = declaration.emit?.(names, bound) ?? null;
    const body = emitted === null ? this.#evaluated(call, declaration.evaluate.bind(declaration), bound, names) : emitted;
    const guarded = this.#guard(call.type, body);
    const bindings = parts.map((part, index) => (names[index] === part.text ? null : `${names[index]} = ${part.text}`));
    const tests: string[] = [];
    const before: string[] = [];
    for (let index = 0; index < parts.length; index++) {
      const binding = bindings[index];
      if (strict && parts[index].nullable) tests.push(`${binding === null ? names[index] : `(${binding})`} === null`);
      else if (binding !== null && tests.length === 0) before.push(binding);
      else if (binding !== null) tests.push(`(${binding}, false)`);
    }
    const core = tests.length === 0 ? `(${guarded})` : `(${tests.join(" || ")} ? null : (${guarded}))`;
    const text = before.length === 0 ? core : `(${before.join(", ")}, ${core})`;
    const ownNull = emitted === null || /\bnull\b/.test(emitted) || !strict;
    return { text, nullable: ownNull || (strict && parts.some((part) => part.nullable)) };
  }

  /** A function without source: called through its exact body, values converted on both ways. */
  #evaluated(
    call: CallExpression,
    evaluate: (values: readonly unknown[], bound: ReturnType<typeof boundCall>) => unknown,
    bound: ReturnType<typeof boundCall>,
    names: readonly string[],
  ): string {
    const toScalar = call.arguments.map((argument) => argument.type.kind === "bigint" || argument.type.kind === "decimal");
    const fromScalar = call.type.kind === "bigint" || call.type.kind === "decimal";
    const helper = (...values: unknown[]): unknown => {
      for (let index = 0; index < values.length; index++) if (toScalar[index] && values[index] !== null) values[index] = BigInt(values[index] as number);
      const result = evaluate(values, bound);
      return fromScalar && typeof result === "bigint" ? narrow(result) : result;
    };
    this.helpers.push(helper);
    return `h${this.helpers.length - 1}(${names.join(", ")})`;
  }

  #guard(type: DataType, text: string): string {
    if (type.kind !== "bigint" && type.kind !== "decimal") return text;
    const value = this.#local();
    return `(${value} = ${text}) > 9007199254740991 || ${value} < -9007199254740991 ? $slow() : ${value}`;
  }
}

/** Leaves the fast range: what `$slow()` of generated text calls. */
export function leaveFastRange(): never {
  throw new LeftFastRange();
}

function narrow(value: bigint): number {
  if (value > 9007199254740991n || value < -9007199254740991n) leaveFastRange();
  return Number(value);
}

function isSimple(text: string): boolean {
  return /^(c\d+\[i\]|t\d+|-?\d+(\.\d+)?)$/.test(text);
}

function columnText(layout: Column["layout"], index: number): string {
  switch (layout) {
    case "byte":
      return `(c${index}[i] === 1)`;
    case "int":
    case "double":
    case "object":
      return `c${index}[i]`;
    case "string":
      return `d${index}.text(c${index}[i])`;
    case "view":
      return `viewText(b${index}, c${index}[i], e${index}[i])`;
    case "wide":
      throw new NoFastForm();
  }
}

function literalFragment(value: unknown): Fragment {
  if (value === null) return { text: "null", nullable: true };
  if (typeof value === "bigint") {
    if (value > 9007199254740991n || value < -9007199254740991n) throw new NoFastForm();
    return { text: value < 0n ? `(${value})` : String(value), nullable: false };
  }
  if (typeof value === "number") {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return { text: text.startsWith("-") ? `(${text})` : text, nullable: false };
  }
  if (typeof value === "boolean") return { text: String(value), nullable: false };
  if (typeof value === "string") return { text: JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029"), nullable: false };
  throw new NoFastForm();
}
