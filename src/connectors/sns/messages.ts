/** From rows to messages. */
import { openRowEncoder, type ConnectorTable, type RowEncoder } from "../../connector/index.ts";
import type { Batch, DataType, Schema } from "../../data/index.ts";
import type { Envelope, EnvelopeAttribute } from "./envelope.ts";
import { option } from "./options.ts";
import { compileTemplate, templateColumn, type Template } from "./template.ts";

export interface Message {
  readonly envelope: Envelope;
  /** Message group; null: none. */
  readonly group: string | null;
}

interface AttributeTemplate {
  readonly name: string;
  readonly type: "String" | "Number";
  readonly value: Template;
}

/** Makes the messages of one table's rows. */
export class MessageMaker {
  readonly #encoder: RowEncoder;
  readonly #subject: Template | null;
  readonly #group: Template | null;
  readonly #attributes: readonly AttributeTemplate[];

  constructor(table: ConnectorTable) {
    const { options, schema } = table;
    this.#encoder = openRowEncoder(table);
    const template = (name: string): Template | null => {
      const text = options.optionalText(name);
      return text === undefined ? null : compileTemplate(text, schema, option(name), table.name);
    };
    this.#subject = template("subject");
    this.#group = template("message-group-id");
    this.#attributes = Object.entries(options.map("message-attributes")).map(([name, text]) => ({
      name,
      type: isNumeric(columnType(text, schema)) ? "Number" : "String",
      value: compileTemplate(text, schema, { ...option("message-attributes.*"), name: `message-attributes.${name}` }, table.name),
    }));
  }

  messages(batch: Batch): Message[] {
    const { bytes, starts, ends } = this.#encoder.encode(batch);
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    return Array.from({ length: batch.length }, (_, row) => {
      const subject = this.#subject?.(batch, row) ?? null;
      const attributes = this.#attributesOf(batch, row);
      return {
        envelope: {
          message: all.toString("utf8", starts[row], ends[row]),
          ...(subject === null ? {} : { subject }),
          ...(attributes === null ? {} : { attributes }),
        },
        group: this.#group?.(batch, row) ?? null,
      };
    });
  }

  /** A NULL gives no attribute: SNS takes no empty ones. */
  #attributesOf(batch: Batch, row: number): Record<string, EnvelopeAttribute> | null {
    if (this.#attributes.length === 0) return null;
    const attributes: Record<string, EnvelopeAttribute> = {};
    for (const { name, type, value } of this.#attributes) {
      const text = value(batch, row);
      if (text !== null && text !== "") attributes[name] = { type, value: text };
    }
    return Object.keys(attributes).length === 0 ? null : attributes;
  }
}

function columnType(template: string, schema: Schema): DataType | null {
  const column = templateColumn(template, schema);
  return column < 0 ? null : schema.fields[column].type;
}

function isNumeric(type: DataType | null): boolean {
  return type !== null && ["tinyint", "smallint", "integer", "bigint", "float", "double", "decimal"].includes(type.kind);
}
