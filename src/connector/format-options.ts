/** 'format' and the options of formats, named as in Flink. Declared once here for every connector that has formats. */
import type { OptionDeclaration, OptionValues } from "./options.ts";

const json: readonly OptionDeclaration[] = [
  { name: "json.fail-on-missing-field", type: "boolean", summary: "A field that is not there is an error instead of NULL.", default: "false", role: "source" },
  {
    name: "json.ignore-parse-errors",
    type: "boolean",
    summary: "Records that cannot be read are left out instead of becoming dead letters.",
    default: "false",
    role: "source",
  },
  {
    name: "json.timestamp-format.standard",
    type: "choice",
    summary: "Form of timestamps: `2020-12-30 12:13:14.123` or `2020-12-30T12:13:14.123`.",
    choices: ["SQL", "ISO-8601"],
    default: "SQL",
  },
  {
    name: "json.encode.decimal-as-plain-number",
    type: "choice",
    summary: "Decimals are written without an exponent, always.",
    choices: ["true"],
    default: "true",
    role: "sink",
  },
  { name: "json.encode.ignore-null-fields", type: "boolean", summary: "NULL fields are left out.", default: "false", role: "sink" },
];

const csv: readonly OptionDeclaration[] = [
  { name: "csv.field-delimiter", type: "text", summary: "Character between fields; `\\t` for a tab.", default: ",", example: ";" },
  { name: "csv.disable-quote-character", type: "boolean", summary: 'No character quotes: `"` is a character like others.', default: "false" },
  { name: "csv.quote-character", type: "text", summary: "Character around fields that hold delimiters or newlines.", default: '"' },
  { name: "csv.allow-comments", type: "boolean", summary: "Lines that start with `#` are passed over.", default: "false", role: "source" },
  {
    name: "csv.ignore-parse-errors",
    type: "boolean",
    summary: "Records that cannot be read are left out instead of becoming dead letters.",
    default: "false",
    role: "source",
  },
  { name: "csv.escape-character", type: "text", summary: "Character that takes the next one as it is.", example: "\\" },
  { name: "csv.null-literal", type: "text", summary: "Text that stands for NULL.", example: "NA" },
  {
    name: "csv.write-bigdecimal-in-scientific-notation",
    type: "choice",
    summary: "Decimals are written without an exponent, always.",
    choices: ["false"],
    default: "false",
    role: "sink",
  },
];

const parquet: readonly OptionDeclaration[] = [
  {
    name: "parquet.compression",
    type: "choice",
    summary: "Compression of pages.",
    choices: ["SNAPPY", "UNCOMPRESSED", "GZIP"],
    default: "SNAPPY",
    role: "sink",
  },
  {
    name: "parquet.row-group-rows",
    type: "integer",
    summary: "Most rows of a row group.",
    default: "122880",
    minimum: 1024,
    maximum: 10_000_000,
    role: "sink",
  },
];

const raw: readonly OptionDeclaration[] = [{ name: "raw.charset", type: "choice", summary: "Encoding of texts.", choices: ["UTF-8"], default: "UTF-8" }];

const declarations: Readonly<Record<string, readonly OptionDeclaration[]>> = { json, csv, parquet, raw };

/** 'format', required unless `defaultFormat` is given, and the options of `formats`. */
export function rowFormatOptions(formats: readonly string[], defaultFormat?: string): OptionDeclaration[] {
  const summary = "Form of the records.";
  const format: OptionDeclaration = {
    name: "format",
    type: "choice",
    summary,
    choices: formats,
    ...(defaultFormat === undefined ? { required: true, example: formats[0] } : { default: defaultFormat }),
  };
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
