/** Options of the record formats, as plain declarations of the shape that connectors use for theirs (Flink docs, "JSON Format", "CSV Format", "Raw Format"). */
export interface FormatOption {
  readonly name: string;
  readonly type: "text" | "boolean" | "choice";
  readonly summary: string;
  readonly default?: string;
  readonly choices?: readonly string[];
  readonly example?: string;
  readonly role?: "source" | "sink";
}

export const formatOptions: Readonly<Record<string, readonly FormatOption[]>> = {
  json: [
    { name: "json.fail-on-missing-field", type: "boolean", summary: "Refuse a record that lacks a column's field; otherwise it is NULL.", default: "false", role: "source" },
    { name: "json.ignore-parse-errors", type: "boolean", summary: "Leave out records that cannot be read instead of keeping them as dead letters.", default: "false", role: "source" },
    { name: "json.timestamp-format.standard", type: "choice", summary: "How timestamps are written.", default: "SQL", choices: ["SQL", "ISO-8601"] },
    { name: "json.encode.ignore-null-fields", type: "boolean", summary: "Leave out fields that are NULL.", default: "false", role: "sink" },
  ],
  csv: [
    { name: "csv.field-delimiter", type: "text", summary: "Character between fields.", default: ",", example: ";" },
    { name: "csv.quote-character", type: "text", summary: "Character round a field that holds a delimiter.", default: '"' },
    { name: "csv.disable-quote-character", type: "boolean", summary: "Quotes are ordinary characters.", default: "false" },
    { name: "csv.escape-character", type: "text", summary: "Character that takes the next one literally.", example: "\\" },
    { name: "csv.null-literal", type: "text", summary: "Text that means NULL.", example: "\\N" },
    { name: "csv.allow-comments", type: "boolean", summary: "Leave out lines that begin with '#'.", default: "false", role: "source" },
    { name: "csv.ignore-parse-errors", type: "boolean", summary: "Leave out records that cannot be read instead of keeping them as dead letters.", default: "false", role: "source" },
  ],
  raw: [],
};
