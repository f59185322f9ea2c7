/** Which folder each row belongs to. */
import { plainText } from "../../../connector/index.ts";
import { readScalar, type Batch, type Column, type Schema } from "../../../data/index.ts";

export interface PartitionOptions {
  readonly columns: readonly string[];
  /** `hive`: day=2018-08-01/; `plain`: 2018-08-01/. */
  readonly style: "hive" | "plain";
  /** Stands for NULL and for the empty text. */
  readonly defaultName: string;
}

/** Rows of one batch by folder: those of group g are `rows[starts[g] … starts[g + 1])`, in their order. */
export interface RowGroups {
  /** Relative folder with "/" between its parts, "" for the table's own. */
  readonly folders: readonly string[];
  readonly rows: Int32Array;
  readonly starts: Int32Array;
}

/** Folder names of past values that are remembered, per column; beyond it the memory starts again. */
const rememberedMax = 65_536;

export class PartitionRouter {
  readonly #columns: readonly PartitionColumn[];
  #identity = new Int32Array(0);

  constructor(schema: Schema, options: PartitionOptions) {
    this.#columns = options.columns.map((name) => new PartitionColumn(schema, name, options));
  }

  route(batch: Batch): RowGroups {
    if (this.#columns.length === 0) return { folders: [""], rows: this.#rowNumbers(batch.length), starts: Int32Array.of(0, batch.length) };
    const groupOf = new Int32Array(batch.length);
    const folders: string[] = [];
    const groups = new Map<string, number>();
    const names = this.#columns.map((column) => column.names(batch));
    let lastFolder = "";
    let lastGroup = -1;
    for (let row = 0; row < batch.length; row++) {
      let folder = names[0][row];
      for (let column = 1; column < names.length; column++) folder += `/${names[column][row]}`;
      if (lastGroup < 0 || folder !== lastFolder) {
        lastFolder = folder;
        lastGroup = groups.get(folder) ?? folders.push(folder) - 1;
        groups.set(folder, lastGroup);
      }
      groupOf[row] = lastGroup;
    }
    if (folders.length === 1) return { folders, rows: this.#rowNumbers(batch.length), starts: Int32Array.of(0, batch.length) };
    return { folders, ...sortByGroup(groupOf, folders.length) };
  }

  #rowNumbers(length: number): Int32Array {
    if (this.#identity.length < length) this.#identity = Int32Array.from({ length: Math.max(4096, length) }, (_, index) => index);
    return this.#identity.subarray(0, length);
  }
}

function sortByGroup(groupOf: Int32Array, groupCount: number): { rows: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(groupCount + 1);
  for (const group of groupOf) starts[group + 1]++;
  for (let group = 0; group < groupCount; group++) starts[group + 1] += starts[group];
  const next = starts.slice();
  const rows = new Int32Array(groupOf.length);
  for (let row = 0; row < groupOf.length; row++) rows[next[groupOf[row]]++] = row;
  return { rows, starts };
}

class PartitionColumn {
  readonly #index: number;
  readonly #type;
  readonly #prefix: string;
  readonly #defaultName: string;
  readonly #plain: boolean;
  readonly #remembered = new Map<unknown, string>();
  #dictionary: unknown = null;

  constructor(schema: Schema, name: string, { style, defaultName }: PartitionOptions) {
    this.#index = schema.fields.findIndex((field) => field.name === name);
    this.#type = schema.fields[this.#index].type;
    this.#prefix = style === "hive" ? `${escapePathName(name)}=` : "";
    this.#plain = style === "plain";
    this.#defaultName = defaultName;
  }

  /** One folder name per row. */
  names(batch: Batch): string[] {
    const column = batch.columns[this.#index];
    if (column.layout === "string" && column.dictionary !== this.#dictionary) {
      this.#remembered.clear();
      this.#dictionary = column.dictionary;
    }
    const names: string[] = new Array(batch.length);
    for (let row = 0; row < batch.length; row++) names[row] = this.#name(column, row);
    return names;
  }

  #name(column: Column, row: number): string {
    if (column.nulls !== null && column.nulls[row] === 1) return this.#prefix + this.#defaultName;
    const key = nameKey(column, row);
    const remembered = key === undefined ? undefined : this.#remembered.get(key);
    if (remembered !== undefined) return remembered;
    const text = plainText(readScalar(column, this.#type, row), this.#type);
    const name = this.#prefix + (text === "" ? this.#defaultName : escapeFolder(text, this.#plain));
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
    if (key !== undefined) this.#remembered.set(key, name);
    return name;
  }
}

/** What a value's name is remembered by; undefined: not at all. Ids, numbers and computed texts are their own keys, apart by their type. */
function nameKey(column: Column, row: number): unknown {
  switch (column.layout) {
    case "view":
    case "byte":
      return undefined;
    case "object": {
      const value = column.values[row];
      return typeof value === "string" ? value : undefined;
    }
    default:
      return column.values[row];
  }
}

function escapeFolder(text: string, plain: boolean): string {
  const escaped = escapePathName(text);
  return plain && /^\.+$/.test(escaped)
    ? escaped.replaceAll(".", "%2E")
    : plain && /^[._]/.test(escaped)
      ? `%${escaped.charCodeAt(0).toString(16).toUpperCase()}${escaped.slice(1)}`
      : escaped;
}

/** Characters that Hive writes as %XX in partition names, so that a value never leaves its folder. */
const unsafeCharacters = /[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g;

export function escapePathName(text: string): string {
  return text.replace(unsafeCharacters, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}
