/** 'format' and the options of formats, for the declarations of connectors that have formats. */
import { formatOptions } from "../data/formats/index.ts";
import type { OptionDeclaration, OptionValues } from "./options.ts";

const parquet: readonly OptionDeclaration[] = [
  { name: "parquet.compression", type: "choice", summary: "Compression of pages.", choices: ["SNAPPY", "UNCOMPRESSED", "GZIP", "ZSTD"], default: "SNAPPY", role: "sink" },
];

const declarations: Readonly<Record<string, readonly OptionDeclaration[]>> = { ...formatOptions, parquet };

/** 'format', required unless `defaultFormat` is given, and the options of `formats`. */
export function rowFormatOptions(formats: readonly string[], defaultFormat?: string): OptionDeclaration[] {
  const form = defaultFormat === undefined ? { required: true, example: formats[0] } : { default: defaultFormat };
  const format: OptionDeclaration = { name: "format", type: "choice", summary: "Form of the records.", choices: formats, ...form };
  return [format, ...formats.flatMap((each) => declarations[each] ?? [])];
}

/** The options of `format` that are given or have a default, as texts by their full names: what the codecs take. */
export function formatOptionTexts(format: string, options: OptionValues): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const { name } of declarations[format] ?? []) {
    const text = options.optionalText(name);
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}
